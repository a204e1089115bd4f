import { scopesOf } from '../../project/cil-scope.ts';
import { defineRule } from '../../rule.ts';
import { didYouMean, suggester } from '../../suggest.ts';

const keywords =
  'allow allowx auditallow auditallowx block blockabstract blockinherit boolean booleanif call category categoryalias categoryaliasactual categoryorder categoryset class classcommon classmap classmapping classorder classpermission classpermissionset common constrain context defaultrange defaultrole defaulttype defaultuser deny devicetreecon dontaudit dontauditx expandtypeattribute filecon fsuse genfscon handleunknown ibendportcon ibpkeycon in iomemcon ioportcon ipaddr level levelrange macro mls mlsconstrain mlsvalidatetrans netifcon neverallow neverallowx nodecon optional pcidevicecon permissionx pirqcon policycap portcon rangetransition role roleallow roleattribute roleattributeset rolebounds roletransition roletype selinuxuser selinuxuserdefault sensitivity sensitivityalias sensitivityaliasactual sensitivitycategory sensitivityorder sid sidcontext sidorder tunable tunableif type typealias typealiasactual typeattribute typeattributeset typebounds typechange typemember typepermissive typetransition user userattribute userattributeset userbounds userlevel userprefix userrange userrole validatetrans true false'.split(
    ' ',
  );
const known = new Set(keywords);

export const rule = defineRule({
  id: 'cil-unknown-statement',
  title: 'a CIL statement begins with a word that is no keyword',
  severity: 'error',
  why: 'The compiler secilc and semodule stop at it and refuse the whole module, so no type of it exists.',
  evidence: ['https://github.com/SELinuxProject/selinux/blob/main/secilc/docs/cil_reference_guide.md'],
  fix: 'Write the keyword as the CIL reference does, in lower case.',
  applies: 'policy',
  *check(policy) {
    const near = suggester(keywords);
    for (const { statement, word } of scopesOf(policy)) {
      const [first] = statement.items;
      if (known.has(word) || first === undefined) continue;
      yield { at: first.span, message: `'${word.slice(0, 40)}' is no keyword${didYouMean(near(word))}` };
    }
  },
});
