/** The words that the starter models know. Small on purpose: they show that a task works, not how well it can. */

const list = (text: string) => text.trim().split(/\s+/);

export const positive = list(`
  good great excellent amazing wonderful fantastic awesome perfect best better love loved loves like liked enjoy enjoyed
  happy glad nice beautiful brilliant superb delightful pleasant fast reliable helpful easy clear fun favorite recommend
  impressive outstanding thanks thank win won success successful safe clean fresh friendly 😀 😊 😍 👍 ❤
  gut großartig schön toll prima wunderbar liebe bueno excelente bien magnifique super`);
export const negative = list(`
  bad terrible awful horrible worst worse poor hate hated hates dislike boring disappointing disappointed sad angry ugly
  slow broken useless annoying difficult hard wrong fail failed fails failure error errors bug bugs dirty unsafe unfriendly
  rude waste wasted problem problems crash crashed crashes pain painful 😞 😠 😡 👎 💔
  schlecht furchtbar hasse langweilig malo terrible mauvais horrible`);
export const negations = list(`not no never nothing hardly without cannot 't nicht kein keine pas`);
export const intensifiers = list(`very really so extremely absolutely totally incredibly sehr muy très`);

export const topics: Readonly<Record<string, readonly string[]>> = {
  sports:
    list(`sports sport football soccer tennis basketball team match goal player players coach league cup olympic game
    games scored won champion stadium race runner`),
  politics:
    list(`politics political government election elections president minister parliament vote votes voters law
    senate congress party policy democracy campaign chancellor`),
  technology:
    list(`technology tech computer computers software hardware internet phone app robot code programming server
    container containers linux digital data chip processor ai model`),
  science:
    list(`science scientific scientist scientists research physics chemistry biology experiment laboratory theory
    atom planet planets space telescope galaxy molecule discovery`),
  health:
    list(`health healthy doctor doctors hospital patient patients disease medicine virus vaccine therapy nurse
    treatment symptoms fever surgery medical`),
  business:
    list(`business company companies market markets stock stocks profit revenue sales bank banks investor investors
    economy trade price prices shares finance financial money`),
  food: list(`food cooking cook recipe restaurant meal bread cheese soup fruit vegetables dinner lunch breakfast chef taste
    delicious bake pizza pasta rice`),
  travel:
    list(`travel trip journey flight hotel airport tourist tourists vacation holiday beach passport train ticket
    luggage tour visit`),
  music: list(
    `music musical song songs album concert band guitar piano singer orchestra melody opera violin`,
  ),
  weather: list(
    `weather rain rainy snow storm sun sunny wind cloud clouds temperature forecast thunder fog ice`,
  ),
};

export const firstNames =
  list(`Ada Alan Albert Alice Angela Anna Barack Bob Carl Charles Clara David Emma Eva Grace Hans
  Isaac Jane John Linus Maria Marie Mary Max Michael Nikola Paul Peter Robert Sarah Thomas William`);
export const titles = list(`Mr Mrs Ms Dr Prof President Queen King Sir`);
export const places =
  list(`Africa America Amsterdam Asia Athens Australia Austria Belgium Berlin Boston Brazil Cambridge
  Canada Chicago China Denmark Dublin Egypt England Europe Finland France Geneva Germany Greece Hamburg India Ireland
  Italy Japan Kenya Lisbon London Madrid Mexico Moscow Munich Norway Oslo Oxford Paris Poland Portugal Prague Rome Russia
  Scotland Spain Stockholm Sweden Switzerland Sydney Tokyo Turkey Vienna Warsaw Washington York Zurich`);
export const organisations =
  list(`AG Bank Company Corp Corporation Foundation GmbH Google Inc Institute Ltd Microsoft NASA
  NATO Parliament Siemens UN Union University WHO`);
/** Capitalised only because a sentence begins with them. */
export const plainWords =
  list(`A After All An And Are As At Before But By Did Do Does For From He Her Here His How I If In
  Is It Its Later My Near No Not Now On One Or Our She Since So That The Their Then There These They This To Today Tomorrow
  Until Was We Were What When Where Which Who Why With Yes Yesterday You Your`);
export const placePrepositions = list(`in at from to near In At From To Near`);

export const questionWords = {
  person: list(`Who who Whom whom Whose whose`),
  place: list(`Where where country city`),
  time: list(`When when year date`),
  number: list(`many much number old far long`),
} as const;
export const timeWords =
  list(`January February March April May June July August September October November December
  Monday Tuesday Wednesday Thursday Friday Saturday Sunday today yesterday tomorrow noon midnight`);
export const numberWords = list(
  `zero one two three four five six seven eight nine ten eleven twelve hundred thousand million`,
);

/** Frequent words of English that say little about what a text is about. */
export const stopWords =
  list(`a an and are as at be but by can did do does for from had has have he her his how i if in is
  it its me my no not of on or our she so that the their them then there these they this to us was we were what when where
  which who why will with you your`);
