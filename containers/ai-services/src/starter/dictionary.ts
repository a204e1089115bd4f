/** English to German, word for word. A noun's article is part of its entry. */

const nouns = `house das Haus;  cat die Katze;  dog der Hund;  world die Welt;  machine die Maschine;  server der Server;
  model das Modell;  container der Container;  computer der Computer;  book das Buch;  water das Wasser;
  friend der Freund;  man der Mann;  woman die Frau;  child das Kind;  day der Tag;  night die Nacht;  car das Auto;
  street die Straße;  city die Stadt;  school die Schule;  garden der Garten;  tree der Baum;  flower die Blume;
  bread das Brot;  coffee der Kaffee;  tea der Tee;  milk die Milch;  sun die Sonne;  moon der Mond;  morning der Morgen;
  weather das Wetter;  question die Frage;  answer die Antwort;  language die Sprache;  picture das Bild`;

const others = `hello hallo;  good gut;  thanks danke;  yes ja;  no nein;  and und;  or oder;  but aber;  not nicht;  is ist;
  are sind;  was war;  has hat;  have haben;  runs läuft;  drinks trinkt;  eats isst;  sees sieht;  reads liest;
  loves liebt;  sleeps schläft;  comes kommt;  goes geht;  big groß;  small klein;  old alt;  new neu;  red rot;
  green grün;  blue blau;  fast schnell;  slow langsam;  private privat;  very sehr;  here hier;  there dort;
  today heute;  tomorrow morgen;  now jetzt;  always immer;  never nie;  we wir;  he er;  it es;  you du;  what was;
  who wer;  where wo;  when wann;  in in;  on auf;  under unter;  with mit;  without ohne;  for für;  my mein;
  one eins;  two zwei;  three drei`;

export interface Entry {
  english: string;
  german: string;
}

const entries = (text: string) => text.split(';').map((entry) => entry.trim().split(/\s+/));

export const nounsByArticle = (article: 'das' | 'der' | 'die'): Entry[] =>
  entries(nouns).flatMap(([english = '', gender, german = '']) =>
    gender === article ? [{ english, german }] : [],
  );

export const dictionary: readonly Entry[] = [
  ...entries(nouns).map(([english = '', , german = '']) => ({ english, german })),
  ...entries(others).map(([english = '', german = '']) => ({ english, german })),
];

/** What an English article becomes before a noun of each gender; the first, before anything else. */
export const articles = [
  { english: 'the', german: { das: 'das', der: 'der', die: 'die' } },
  { english: 'a', german: { das: 'ein', der: 'ein', die: 'eine' } },
  { english: 'an', german: { das: 'ein', der: 'ein', die: 'eine' } },
] as const;
