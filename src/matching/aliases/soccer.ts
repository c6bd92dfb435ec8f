import type { AliasEntry } from '../alias-table.ts';

// name | other names, parted by commas: only what folding, club words and word aliases do not already see through.
const CLUBS = `
Tottenham Hotspur|Spurs
Wolverhampton Wanderers|Wolves
Brighton and Hove Albion|Brighton
Manchester United|Man U, Man Utd, Man United, Manchester Utd, MUFC
Manchester City|Man City, MCFC
Nottingham Forest|Nott'm Forest, Notts Forest, Nottm Forest
Sheffield United|Sheff Utd, Sheff United
Sheffield Wednesday|Sheff Wed, Sheffield Weds
West Bromwich Albion|West Brom, WBA
Queens Park Rangers|QPR
Atletico Madrid|Ath Madrid, Atl Madrid, Atl. Madrid, Atleti, Club Atletico de Madrid
Athletic Bilbao|Ath Bilbao, Athletic Club, Athletic Club Bilbao
Real Sociedad|Sociedad, R. Sociedad
Real Betis|Betis, R. Betis
Rayo Vallecano|Vallecano, Rayo
Celta Vigo|Celta, Celta de Vigo
Deportivo La Coruna|La Coruna, Dep La Coruna
Espanyol|Espanol
Barcelona|Barca
Borussia Monchengladbach|M'gladbach, B. Monchengladbach, Gladbach, Borussia M'gladbach, Moenchengladbach
Borussia Dortmund|Dortmund, BVB
Bayer Leverkusen|Leverkusen, B. Leverkusen
Bayern Munich|Bayern, FC Bayern, FCB Bayern
1860 Munich|TSV 1860 Munich, Munich 1860
Eintracht Frankfurt|Ein Frankfurt, E. Frankfurt, Frankfurt
Hertha Berlin|Hertha, Hertha BSC
Hamburg|Hamburger SV, HSV
Paris Saint Germain|PSG, Paris SG, Paris St Germain
Marseille|Olympique Marseille, OM
Lyon|Olympique Lyonnais, OL
Saint Etienne|St Etienne, ASSE
Internazionale|Inter, Inter Milan, Inter Milano
AC Milan|Milan
Juventus|Juve
Hellas Verona|Verona
Sporting CP|Sporting Lisbon, Sp Lisbon, Sporting Clube de Portugal
Benfica|SL Benfica, Sport Lisboa e Benfica
Braga|Sp Braga, Sporting Braga
PSV Eindhoven|PSV
AZ Alkmaar|AZ
NEC Nijmegen|NEC, Nijmegen
Istanbul Basaksehir|Basaksehir, Buyuksehyr
Red Star Belgrade|Crvena Zvezda
Los Angeles Galaxy|LA Galaxy
Los Angeles FC|LAFC, LA FC
New York Red Bulls|NY Red Bulls, NYRB
New York City|NYCFC, NYC FC
United States|USA, United States of America
South Korea|Korea Republic, Republic of Korea
North Korea|Korea DPR, DPR Korea
Ivory Coast|Cote d'Ivoire
Czech Republic|Czechia
Turkey|Turkiye
Netherlands|Holland
Cape Verde|Cabo Verde
Ireland|Republic of Ireland
China|China PR
Iran|IR Iran`;

export const SOCCER_ALIASES: readonly AliasEntry[] = CLUBS.trim()
  .split('\n')
  .map((row) => {
    const [name = '', others = ''] = row.split('|');
    return { sport: 'soccer', name, aliases: others.split(', ') };
  });
