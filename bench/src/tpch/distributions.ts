/**
 * The word lists of the TPC-H specification (clauses 4.2.2.13 and 4.2.3) with the weights of dbgen's `dists.dss`.
 * A list is written as `word|weight` where weights differ; a word without one has the weight 1. Misspellings
 * ("whithout") are the specification's.
 */

/** A word and its weight. */
export interface WeightedWord {
  readonly word: string;
  readonly weight: number;
}

function parse(list: string): readonly WeightedWord[] {
  return list.split(',').map((entry) => {
    const [word = '', weight = '1'] = entry.trim().split('|');
    return { word, weight: Number(weight) };
  });
}

function combine(...parts: readonly (readonly string[])[]): readonly string[] {
  return parts.reduce((heads, tails) => heads.flatMap((head) => tails.map((tail) => `${head} ${tail}`)));
}

export const CONTAINERS = combine(
  ['SM', 'LG', 'MED', 'JUMBO', 'WRAP'],
  ['CASE', 'BOX', 'BAG', 'JAR', 'PACK', 'PKG', 'CAN', 'DRUM'],
);

export const PART_TYPES = combine(
  ['STANDARD', 'SMALL', 'MEDIUM', 'LARGE', 'ECONOMY', 'PROMO'],
  ['ANODIZED', 'BURNISHED', 'PLATED', 'POLISHED', 'BRUSHED'],
  ['TIN', 'NICKEL', 'BRASS', 'STEEL', 'COPPER'],
);

export const SHIP_INSTRUCTIONS = ['DELIVER IN PERSON', 'COLLECT COD', 'TAKE BACK RETURN', 'NONE'];
export const SHIP_MODES = ['REG AIR', 'AIR', 'RAIL', 'TRUCK', 'MAIL', 'FOB', 'SHIP'];
export const MARKET_SEGMENTS = ['AUTOMOBILE', 'BUILDING', 'FURNITURE', 'HOUSEHOLD', 'MACHINERY'];
export const ORDER_PRIORITIES = ['1-URGENT', '2-HIGH', '3-MEDIUM', '4-NOT SPECIFIED', '5-LOW'];
export const REGIONS = ['AFRICA', 'AMERICA', 'ASIA', 'EUROPE', 'MIDDLE EAST'];

/** Nations in the order of their keys, each with the key of its region. */
export const NATIONS: readonly (readonly [name: string, region: number])[] = [
  ['ALGERIA', 0],
  ['ARGENTINA', 1],
  ['BRAZIL', 1],
  ['CANADA', 1],
  ['EGYPT', 4],
  ['ETHIOPIA', 0],
  ['FRANCE', 3],
  ['GERMANY', 3],
  ['INDIA', 2],
  ['INDONESIA', 2],
  ['IRAN', 4],
  ['IRAQ', 4],
  ['JAPAN', 2],
  ['JORDAN', 4],
  ['KENYA', 0],
  ['MOROCCO', 0],
  ['MOZAMBIQUE', 0],
  ['PERU', 1],
  ['CHINA', 2],
  ['ROMANIA', 3],
  ['SAUDI ARABIA', 4],
  ['VIETNAM', 2],
  ['RUSSIA', 3],
  ['UNITED KINGDOM', 3],
  ['UNITED STATES', 1],
];

/** The words of part names. */
export const COLORS = `almond,antique,aquamarine,azure,beige,bisque,black,blanched,blue,blush,brown,burlywood,burnished,
chartreuse,chiffon,chocolate,coral,cornflower,cornsilk,cream,cyan,dark,deep,dim,dodger,drab,firebrick,floral,forest,
frosted,gainsboro,ghost,goldenrod,green,grey,honeydew,hot,indian,ivory,khaki,lace,lavender,lawn,lemon,light,lime,linen,
magenta,maroon,medium,metallic,midnight,mint,misty,moccasin,navajo,navy,olive,orange,orchid,pale,papaya,peach,peru,pink,
plum,powder,puff,purple,red,rose,rosy,royal,saddle,salmon,sandy,seashell,sienna,sky,slate,smoke,snow,spring,steel,tan,
thistle,tomato,turquoise,violet,wheat,white,yellow`
  .split(',')
  .map((color) => color.trim());

export const NOUNS = parse(`packages|40,requests|40,accounts|40,deposits|40,foxes|20,ideas|20,theodolites|20,
pinto beans|20,instructions|20,dependencies|10,excuses|10,platelets|10,asymptotes|10,courts|5,dolphins|5,multipliers,
sauternes,warthogs,frets,dinos,attainments,somas,Tiresias,patterns,forges,braids,frays,warhorses,dugouts,notornis,
epitaphs,pearls,tithes,waters,orbits,gifts,sheaves,depths,sentiments,decoys,realms,pains,grouches,escapades,
hockey players`);

export const VERBS = parse(`sleep|20,wake|20,are|20,cajole|20,haggle|20,nag|10,use|10,boost|10,affix|5,detect|5,
integrate|5,maintain,nod,was,lose,sublate,solve,thrash,promise,engage,hinder,print,x-ray,breach,eat,grow,impress,mold,
poach,serve,run,dazzle,snooze,doze,unwind,kindle,play,hang,believe,doubt`);

export const ADVERBS = parse(`sometimes,always,never,furiously|50,slyly|50,carefully|50,blithely|40,quickly|30,
fluffily|20,slowly,quietly,ruthlessly,thinly,closely,doggedly,daringly,bravely,stealthily,permanently,enticingly,idly,
busily,regularly,finally,ironically,evenly,boldly,silently`);

export const ADJECTIVES = parse(`special|20,pending|20,unusual|20,express|20,furious,sly,careful,blithe,quick,fluffy,
slow,quiet,ruthless,thin,close,dogged,daring,brave,stealthy,permanent,enticing,idle,busy,regular|50,final|40,ironic|40,
even|30,bold|20,silent|10`);

export const PREPOSITIONS = parse(`about|50,above|50,according to|50,across|50,after|50,against|40,along|40,
alongside of|30,among|30,around|20,at|10,atop,before,behind,beneath,beside,besides,between,beyond,by,despite,during,
except,for,from,in place of,inside,instead of,into,near,of,on,outside,over,past,since,through,throughout,to,toward,
under,until,up,upon,whithout,with,within`);

export const AUXILIARIES = parse(`do,may,might,shall,will,would,can,could,should,ought to,must,will have to,
shall have to,could have to,should have to,must have to,need to,try to`);

export const TERMINATORS = parse('.|50,;,:,?,!,--');

/** N: noun phrase, V: verb phrase, P: prepositional phrase, T: terminator. */
export const SENTENCES = parse('N V T|3,N V P T|3,N V N T|3,N P V N T|1,N P V P T|1');

/** N: noun, J: adjective, D: adverb. A comma follows its word (written `J;` here, since commas part the entries). */
export const NOUN_PHRASES = parse('N|10,J N|20,J; J N|10,D J N|50');

/** V: verb, X: auxiliary, D: adverb. */
export const VERB_PHRASES = parse('V|30,X V|1,V D|40,X V D|1');
