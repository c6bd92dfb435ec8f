/** How other people write a word; applied to each word of a name, in every sport. */
export const WORD_ALIASES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    utd: 'united',
    munchen: 'munich',
    muenchen: 'munich',
    koln: 'cologne',
    koeln: 'cologne',
    nurnberg: 'nuremberg',
    duesseldorf: 'dusseldorf',
    milano: 'milan',
    lisboa: 'lisbon',
    sevilla: 'seville',
    praha: 'prague',
    wien: 'vienna',
    kobenhavn: 'copenhagen',
    beograd: 'belgrade',
    bucuresti: 'bucharest',
    moskva: 'moscow',
    warszawa: 'warsaw',
    st: 'saint',
    ste: 'saint',
    nottm: 'nottingham',
    sheff: 'sheffield',
    ath: 'athletic',
    atl: 'atletico',
    dep: 'deportivo',
    sp: 'sporting',
    ein: 'eintracht',
  }),
);

/** Words that nearly every club may carry or leave out: they tell next to nothing. */
export const CLUB_WORDS: ReadonlySet<string> = new Set(
  (
    'fc cf afc sc ac cd ud rc rcd sv vfb vfl tsg tsv fsv ssc as us ss ca sd cs fk sk bk if ik bsc spvgg kv krc nk hnk ' +
    'cfr pfc ssv rb kf ks mks gks sl sad jk ff aik bc rfc sfc club football futbol fussball calcio clube team the of and ' +
    'de del da do di du la le el al en e y und et'
  ).split(' '),
);

/** How many of 4,000 names would carry the word, where that is far from the usual one or two. */
export const COMMON_WORDS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    united: 140,
    city: 110,
    town: 50,
    real: 60,
    sporting: 50,
    athletic: 50,
    atletico: 50,
    deportivo: 50,
    rovers: 25,
    wanderers: 15,
    albion: 12,
    county: 25,
    rangers: 20,
    racing: 25,
    dynamo: 25,
    dinamo: 25,
    inter: 15,
    borussia: 10,
    eintracht: 12,
    union: 30,
    olympique: 15,
    independiente: 10,
    nacional: 20,
    universidad: 20,
    university: 80,
    state: 150,
    san: 60,
    saint: 40,
    santa: 25,
    new: 40,
    york: 12,
    los: 15,
    angeles: 12,
    north: 40,
    south: 40,
    east: 20,
    west: 25,
    central: 30,
    northern: 15,
    southern: 15,
    eastern: 15,
    western: 20,
    tigers: 25,
    eagles: 20,
    bulldogs: 25,
    wildcats: 15,
    lions: 20,
    bears: 15,
    panthers: 15,
    warriors: 15,
    kings: 10,
    giants: 8,
    cardinals: 6,
    hawks: 10,
    stars: 8,
  }),
);

/** Names that stand for nobody yet. */
export const PLACEHOLDERS: ReadonlySet<string> = new Set(
  'tbd tba tbc unknown none null home away winner loser qualifier bye opponent'.split(' '),
);
