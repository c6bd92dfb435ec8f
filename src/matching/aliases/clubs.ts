// Made by eval/matching-aliases.ts; not for editing by hand.
// Sources, both CC0-1.0 (https://creativecommons.org/publicdomain/zero/1.0/):
//   openfootball/clubs, commit ae3800227c449447b3a337fc0aac79a8f02f4c8b
//   reep, teams with three keys or more

/** Other names of clubs, folded: `alias|name` a line, in the order of code units. */
export const CLUB_ALIASES = `
1 fc union|union berlin
aalborg|aab fodbold
aarhus gf|aarhus gymnastikforening
ab argir|argja boltfelag
abdysh ata kant|abdish ata kant
academica clinceni|inter ilfov
adalah|adalh
ae larisa|athlitiki enosi larissa
ae zakakiou|aez zakakiou
aengelholms|angelholms
afad djekanou|academie foot amadou diallo
agaza lome|oc agaza
agrupacion deportiva alcorcon|ad alcorcon
aguilas|america
airbus|auk broughton
airbus uk|auk broughton
airbus uk broughton|auk broughton
akhdar|white
aleb oaxaca|alebrijes oaxaca
anagennisi derynias|anagennisi deryneia
andijon pfk|andijan
apr|armee patriotique rwandaise
ardwick|manchester city
arm bielefeld|arminia bielefeld
armeesportklub vorwarts berlin|ask vorwarts berlin
asc kara|sports association kozah drivers
asc linguere|asce linguere
asko kara|kozah sports association
asteras tripolis|asteras tripoli
atherton colli|atherton collieries
athl bilbao|athletic bilbao
athletic madrid|atletico madrid
atleti san luis|atletico san luis
atletic escaldes|atletic descaldes
atletico olympique fc|atletico olympic
audax italiano|universitario peru
b dortmund|borussia dortmund
b leverkusen|bayer leverkusen
b mgladbach|bor monchengladbach
bahia ba|esporte bahia
bahlaa|bahla
ballsportverein schwarz weiss rehden|bsv schwarz weiss rehden
barcelona santo domingo|barcelona atletico
bay leverkusen|bayer leverkusen
bayer uerdingen|kfc uerdingen
bayern mun|bayern munich
bb chulalongkorn university|bbcu
benemerita universidad autonoma puebla|lobos buap
berliner dynamo|bfc dynamo berlin
berliner fussballclub preussen|bfc preussen
betis seville|real betis
betriebssportgemeinschaft chemie leipzig|bsg chemie leipzig
binh dng|becamex binh duong
blau weiss lohne|bw lohne
boa ec|boa esporte
bodoe glimt|bodo glimt
bor dortmund|borussia dortmund
bor mgladbach|bor monchengladbach
borussia mgladbach|bor monchengladbach
borussia monchengladbach|bor monchengladbach
borussia verein fur leibesubungen monchengladbach|bor monchengladbach
botafogo rj|botafogo fr
braunschweiger turn sportverein eintracht von|eintracht braunschweig
bristol rvs|bristol rovers
broendby|brondby
bruk bet termalica nieciecza|lks nieciecza
brunei dpmm|duli pengiran muda mahkota
bsv brandenburg|stahl brandenburg
bsv sw rehden|bsv schwarz weiss rehden
bukovina|fsc bukovyna chernivtsi
bvb|borussia dortmund
c kadiogo|rail kadiogo
c palace|crystal palace
caf tapachula|cafetaleros chiapas
cafetaleros tapachula|cafetaleros chiapas
cardiff met|cardiff metropolitan university
cardiff met uni|cardiff metropolitan university
cardiff met university|cardiff metropolitan university
cardiff mu|cardiff metropolitan university
cba santo domingo|barcelona atletico
ce jenlai|galaxy fci jenlai
centre desports sabadell|ce sabadell
ceske budjovice|dynamo ceske budejovice
chemnitz|chemnitzer
chennai city|coimbatore
chernomorets odessa|chornomorets odesa
ci kamsar|industriel kamsar
clapton orient|leyton orient
cltfc|charlotte
club universidad nacional|pumas unam
cnaps sports|cnaps sport
cong an ha ni|cong an ha noi
corinthians sporting|corinthians paulista
cruz azul hgo|cruz azul hidalgo
crystal p|crystal palace
csa|centro sportivo alagoano
csf bli|balti
cska pamir dushanbe|cska pomir dushanbe
cuiaba mt|cuiaba esporte
cz jena|carl zeiss jena
d bryansk|dynamo bryansk
dacia chisinu|dacia chisinau
dag red|dagenham redbridge
dagenham red|dagenham redbridge
dainava alytus|dfk dainava
dalian zhixing|dalian yingbo
dekadaha|dekedaha
deportivo chivas|chivas usa
deportivo guadalajara|guadalajara chivas
deportivo veracruz|tiburones rojos veracruz
desna chernigov|desna chernihiv
deutsche jugendkraft vilzing|djk vilzing
difaa jadida|difaa hassani jadidi
din bucharest|dinamo bucharest
dinamo brest|dynamo brest
dinamo bryansk|dynamo bryansk
dinamo kiev|dynamo kyiv
dinamo makhachkala|dynamo makhachkala
dinamo vologda|dynamo vologda
diosgyoeri vtk|diosgyori vtk
djng thap|tdcs dong thap
dusseldorfer turn sportverein fortuna|fortuna dusseldorf
dyn dresden|dynamo dresden
dynamo dres|dynamo dresden
dynamo duala|dynamo douala
ea guingamp|avant guingamp
ecco city greens|ecco city green
eint frankfurt|ffc victoria
eintr braunschweig|eintracht braunschweig
eintr frankfurt|ffc victoria
eintr norderstedt|eintracht norderstedt
eintracht frankfurt|ffc victoria
eintracht schwerin|mecklenburg schwerin
ekenaes|ekenas
energetik bgu minsk|enierhietyk bdu minsk
enisey krasnoyarsk|yenisey krasnoyarsk
erzg aue|erzgebirge aue
erzgeb aue|erzgebirge aue
esp barcelona|espanyol
espan barcelona|espanyol
espanol|espanyol
estac troyes|es troyes
estudiantes|leones negros u g
estudiantes tecos|leones negros u g
estudiantes uag|leones negros u g
etincelle|etincelles
f cologne|fortuna cologne
f dusseldorf|fortuna dusseldorf
fabril barreiro|gd fabril
fatih karaguemruek|fatih karagumruk
fort dusseldorf|fortuna dusseldorf
foutoua|fotuwa
frankfurt|ffc victoria
frankfurt oder|ffc victoria
frankfurt viktoria oder|ffc victoria
frankfurter sg eintracht|ffc victoria
frankfurter sportgemeinde eintracht|ffc victoria
freie turnerschaft braunschweig|ft braunschweig
fussballverein engers|fv engers
gallos blancos|queretaro
gd maputo|grupo desportivo maputo
gendarmerie|gn
gfc ajaccio|gazelec ajaccio
gimn tarragona|gimnastic tarragona
global|dynamic herb cebu
goeztepe|goztepe
goyang hi|goyang zaicro
gr furth|greuther furth
grasshopper zuerich|grasshopper zurich
gravesend|ebbsfleet united
greifswald|greifswalder
greu furth|greuther furth
gyoeri eto|gyori eto
h chi minh city|ho chi minh city
ha ni|hanoi
halkanoras|chalkanoras idaliou
halle|hallescher
hamburg|hamburger
hankofen h|hankofen hailing
hannoverscher sportverein von|hannover
hb torshavn|havnar boltfelag
hebei kungfu|shijiazhuang gongfu
heidenh|heidenheim
helsingfors ifk|hifk fotboll
helsingoer|helsingor
hiphong|haiphong
hjk|helsingin jalkapalloklubi
hjk helsinki|helsingin jalkapalloklubi
hng lnh ha tnh|hong linh ha tinh
hoffenh|hoffenheim
holst kiel|holstein kiel
horriya|hurriya
horseed|brothers somali
hoya deportiva|lorca
hps helsinki|helsingin palloseura
hsv|hamburger
hudood|hudod
ia akranes|ithrottabandalag akraness
ifk goeteborg|ifk goteborg
ifk norrkoeping|ifk norrkoping
inter brazzaville|interclub brazzaville
inter club|interclub brazzaville
inter limeira sporting|associacao atletica internacional
internacional miami|inter miami
international portland select|mulhouse portland
istiklol|istiqlol dushanbe
ivatsevichi|ivacevicy
jahn rburg|jahn regensburg
jeunesse abidjan|jeunesse dabidjan
jjk jyvaeskylae|jjk jyvaskyla
johor darul tazim|johor darul takzim
js soualem|jeunesse sportive soualem
k electric|kesc
kaganat|akademija osh
kahrabaa|kahraba
kansas city wizards|sporting kansas city
kara balta|kyrgyzaltyn
karbala|karbalaa
karl marx stadt|chemnitzer
karlsruhe|karlsruher
kaysar kyzylorda|kaisar
kedah fa|kedah darul aman
kesl|shamakhi
khalidiya|khaldiya
kick wurzburg|wurzburger kickers
kickers wurzburg|wurzburger kickers
kieler sportvereinigung holstein von|holstein kiel
king fung|dreams
klautern|kaiserslautern
koebenhavn|copenhagen
koepetdag asgabat|kopetdag asgabat
kpv kokkola|kokkolan palloveikot
krymteplitsia molodizhne|krymteplytsia molodizhne
ksc|karlsruher
ksc uerdingen|kfc uerdingen
kuecuekcekmecespor|kucukcekmece
kultur sportverein baunatal|ksv baunatal
kuopion ps|kuopion palloseura
kups|kuopion palloseura
kyzyltash|qiziltash
kyzyltash bakhchisaray|qiziltash
lafc|los angeles
lamphun warriors|lamphun warrior
lanexang united|lao lane xang
laval|stade lavallois
leher ts|lts bremerhaven
leher turnerschaft|lts bremerhaven
leones negros udeg|leones negros u g
leones negros universidad guadalajara|leones negros u g
leopard douala|leopards douala
leopards duala|leopards douala
lerida|ue lleida
leverk|bayer leverkusen
liaoning shenyang urban|liaoning tieren
lider|leader champion
lillestroem|lillestrom
lok|lokomotive leipzig
lok leipzig|lokomotive leipzig
lokomotiv kiev|lokomotyv kyiv
lprc oiler|liberia petroleum refining company oilers
lprc oilers|liberia petroleum refining company oilers
lyon|olympique lyonnais
lyon duchere|sporting lyon
magwe|magway
malmoe|malmo
man city|manchester city
man united|manchester united
manchester u|manchester united
mannerturnverein eintracht celle|mtv eintracht celle
maringa pr|maringa futebol
markaz balata|merkaz balata
meidericher|msv duisburg
meralco manila|loyola meralco sparks
merida asociacion deportiva|merida ad
merthyr tydfil|merthyr town
merv mary|merw
metalist kharkov|metalist kharkiv
metallurg bekobod|metallurg bekabad
metrostars|new york red bulls
mezoekoevesdi se|mezokovesd zsory se
mgladbach|bor monchengladbach
middlesboro|middlesbrough
ministry national defense|cambodian army association
mitre sde|atletico mitre
mk dons|milton keynes dons
mke ankaraguecue|mke ankaragucu
monarcas|atletico morelia
monarcas morelia|atletico morelia
montpellier hsc|montpellier herault sport
morristown|motown
moto ma|moto sao luis
motor jena|carl zeiss jena
ms abdb|royal brunei armed forces sports council
mtv eintr celle|mtv eintracht celle
muaither|muaidar sports
muang thong united|muangthong united
mynai|minaj
naft basra|naft janoob
naftovik ukrnafta|naftovyk ukrnafta okhtyrka
nagaworld|naga world
ne revolution|new england revolution
nea salamina|nea salamis famagusta
neftchi fargona|neftchi fergana
neftci pfk|neftchi baku
new england rev|new england revolution
new york metrostars|new york red bulls
newton heath|manchester united
nfk minsk|krumkacy miensk
north texas rayados|ntx rayados
nottham forest|nottingham forest
novosibirsk|sibir
nsor|nsoor
nuneaton town|nuneaton borough
ny red bulls|new york red bulls
nyc|new york city
oklahoma city energy|okc energy
olympique khouribga|oc khouribga
olympique lyon|olympique lyonnais
olympique medea|medea olympic
orense|ourense
osmanlispor|ankaraspor
paernu vaprus|parnu vaprus
panevzys|panevezys
paris sg|paris saint germain
pdrm fa|polis raja malaysia fa
pena deportiva|pd santa eulalia
peremoga dnipro|peremoha dnipro
peterboro|peterborough united
pfk mashal|mashal mubarek
philadelphia u|philadelphia union
philadelphia unio|philadelphia union
pittsburgh riverho|pittsburgh riverhounds
poli ejido|polideportivo ejido
poli iasi|csm politehnica iasi
police tero|police tebrau
polizei schwerin|mecklenburg schwerin
port spain|north east stars
portland t|portland timbers
potros hierro|atlante
potros universidad autonoma estado mexico|potros uaem
pouso alegre mg|pouso alegre futebol
pr munster|preussen munster
preu munster|preussen munster
progres niedercorn|progres niederkorn
psis semarange|psis semarang
psv schwerin|mecklenburg schwerin
pusamania borneo|borneo samarinda
qizilqum zarafshon|pfk qizilqum
qpr|queens park rangers
queens park r|queens park rangers
qung nam|qnk quang nam
r d agueda|rd agueda
r madrid|real madrid
r majadahonda|rayo majadahonda
r s san sebastian|real sociedad
r sociedad|real sociedad
r valladolid|real valladolid
ranheim il|ranheim fotball
rasensportverein meinerzhagen|rsv meinerzhagen
real deportivo espanol|espanyol
real racing club|real racing santander
real saragossa|real zaragoza
rielasingen a|rielasingen arlen
rigas futbola skola|rfs
river pi|river atletico
rovaniemi ps|rops
rsv meinerzh|rsv meinerzhagen
rushden d|rushden diamonds
rw erfurt|rot weiss erfurt
rw essen|rot weiss essen
s sebastian|real sociedad
saint liege|standard liege
saint luija|saint lucia
saint pierre milizac|sporting milizac
salitas|salimata tasere
san jose earthqua|san jose earthquakes
sandona|ssd san dona
sankt pauli|saint pauli
sankt pauli von|saint pauli
sao bernardo sporting|sao bernardo futebol
sbail|sabail
sbv excelsior|excelsior rotterdam
schald hein|schalding heining
schw augsburg|schwaben augsburg
scr altach|rheindorf altach
sg eintracht frankfurt|ffc victoria
sgart kickers|stuttgarter kickers
shabab ahli|shabab alahli dubai
shabab khali|shabab khaleel
shakhter soligorsk|shakhtyor salihorsk
shakter karaganda|shakhter karagandy
shb dja nng|shb nang
sheffield u|sheffield united
sheffield wed|sheffield wednesday
sheffield wednes|sheffield wednesday
sheffield weds|sheffield wednesday
sj earthquakes|san jose earthquakes
sjk|seinajoen jalkapallokerho
sjk seinaejoki|seinajoen jalkapallokerho
skn saint poelten|skn saint polten
slaviya mozyr|slavia mozyr
slimane|soliman
small heath|birmingham city
soenderjyske|sonderjyske fodbold
sogdiyona pfk|sogdiana jizzakh
song lam ngh an|song lam nghe an
sonnenh grossaspach|sg grossaspach
sport west|deportivo vista alegre
sportfreunde baumberg|sf baumberg
sportfreunde lotte|sf lotte
sportfreunde siegen|sf siegen
sportgemeinschaft sonnenhof grossaspach|sg grossaspach
sporting kc|sporting kansas city
sporting lokeren|ksc lokeren oost vlaanderen
sporting tre fiori|societa polisportiva tre fiori
spurs|tottenham hotspur
sreenidi deccan|sreenidhi
stade abidjan|stade dabidjan
stade brest|stade brestois
stade laval|stade lavallois
standard luttich|sl16
steinb haiger|steinbach haiger
stella abidjan|stella dadjame
stroemsgodset|stromsgodset tf
stutt kick|stuttgarter kickers
stuttgarter k|stuttgarter kickers
sudeva delhi|sudeva moonlight
tatabanya|tatabanyai
tb berlin|tennis borussia berlin
tebe berlin|tennis borussia berlin
teneriffa|tenerife
tepa|tepatitlan
than qung ninh|quang ninh charcoal
tigres universidad autonoma nuevo leon|tigres uanl
titan armyansk|tytan armiansk
tn saints|new saints
tns|new saints
tottenham h|tottenham hotspur
tpv tampere|tampereen pallo veikot
tr veracruz|tiburones rojos veracruz
tuerkguecue munich|turkgucu munich
turn spielvereinigung koblenz|tus koblenz
turn sportgemeinschaft dassendorf|tus dassendorf
turn sportverein steinbach|steinbach haiger
tus blau weiss lohne|bw lohne
u catolica|deportivo universidad catolica
u craiova|universitatea craiova
u de g|leones negros u g
u furstenwalde|union furstenwalde
u guadalajara|leones negros u g
u las palmas|universidad las palmas
ua guadalajara|leones negros u g
ua nuevo leon|tigres uanl
ua tamaulipas|correcaminos
uag|leones negros u g
uat|correcaminos
udg|leones negros u g
uhaching|unterhaching
uhlenhorster paloma|usc paloma hamburg
uhlenhorster sport paloma hamburg|usc paloma hamburg
ulsan hyundai|ulsan hd
umf grindavik|knattspyrnudeild umfg
un berlin|union berlin
unio esportiva lleida|ue lleida
unio esportiva sant andreu|ue sant andreu
union montanesa escobedo|um escobedo
universidad autonoma guadalajara|leones negros u g
universidad catolica murcia|ucam murcia
universidad guadalajara|leones negros u g
urawa reds|urawa red diamonds
usgn|gn
v cologne|viktoria cologne
vaasan ps|vaasan palloseura
vaesteras|vasteras fotboll
varda se|kisvarda
vasco gama rj|cr vasco gama
vga medoc|vie au grand air medoc
vicenza virtus|lr vicenza
victor|victors
viitorul constana|viitorul constanta
vikt cologne|viktoria cologne
villareal|villarreal
vitoria ba|ec vitoria
volkssport gemeinschaft altglienicke|vsg altglienicke
vorkuta|continentals
vorwarts frankfurt|ffc victoria
vps|vaasan palloseura
w bremen|werder bremen
w mannheim|waldhof mannheim
w wiesbaden|wehen wiesbaden
waasland beveren|sportkring beveren
wald mannheim|waldhof mannheim
waldh mannheim|waldhof mannheim
wburg kickers|wurzburger kickers
weh wiesbaden|wehen wiesbaden
wehen wiesb|wehen wiesbaden
west brom|west bromwich albion
wismut aue|erzgebirge aue
wismut karl marx stadt|erzgebirge aue
wolverhampton wand|wolverhampton wanderers
wolves|wolverhampton wanderers
wuppertal|wuppertaler
wurzburg|wurzburger kickers
wurzburger k|wurzburger kickers
xolos|tijuana
xxxx|mendiola
yanbian longding|yanbian hailanjiang
yarud mariupol|fsc mariupol
zorya lugansk|zorya luhansk
zuerich|zurich
`;
