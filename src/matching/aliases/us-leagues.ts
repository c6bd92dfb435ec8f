import type { SportId } from '../../domain/sports/index.ts';
import type { AliasEntry } from '../alias-table.ts';

// city | nickname | codes and other names. A city alone is an alias where only one team of the league plays there.
const NBA = `
Atlanta|Hawks|ATL
Boston|Celtics|BOS
Brooklyn|Nets|BKN BRK NJN
Charlotte|Hornets|CHA CHO
Chicago|Bulls|CHI
Cleveland|Cavaliers|CLE Cavs
Dallas|Mavericks|DAL Mavs
Denver|Nuggets|DEN
Detroit|Pistons|DET
Golden State|Warriors|GSW GS
Houston|Rockets|HOU
Indiana|Pacers|IND
Los Angeles|Clippers|LAC
Los Angeles|Lakers|LAL
Memphis|Grizzlies|MEM
Miami|Heat|MIA
Milwaukee|Bucks|MIL
Minnesota|Timberwolves|MIN Wolves
New Orleans|Pelicans|NOP NO NOH
New York|Knicks|NYK NY
Oklahoma City|Thunder|OKC
Orlando|Magic|ORL
Philadelphia|76ers|PHI PHL Sixers
Phoenix|Suns|PHX PHO
Portland|Trail Blazers|POR Blazers
Sacramento|Kings|SAC
San Antonio|Spurs|SAS SA
Toronto|Raptors|TOR
Utah|Jazz|UTA UTAH
Washington|Wizards|WAS WSH`;

const NFL = `
Arizona|Cardinals|ARI ARZ
Atlanta|Falcons|ATL
Baltimore|Ravens|BAL BLT
Buffalo|Bills|BUF
Carolina|Panthers|CAR
Chicago|Bears|CHI
Cincinnati|Bengals|CIN
Cleveland|Browns|CLE CLV
Dallas|Cowboys|DAL
Denver|Broncos|DEN
Detroit|Lions|DET
Green Bay|Packers|GB GNB
Houston|Texans|HOU HST
Indianapolis|Colts|IND
Jacksonville|Jaguars|JAX JAC Jags
Kansas City|Chiefs|KC KAN
Las Vegas|Raiders|LV LVR OAK Oakland_Raiders Oakland
Los Angeles|Chargers|LAC SD SDG San_Diego_Chargers San_Diego
Los Angeles|Rams|LAR LA STL St._Louis_Rams
Miami|Dolphins|MIA
Minnesota|Vikings|MIN
New England|Patriots|NE NWE Pats
New Orleans|Saints|NO NOR
New York|Giants|NYG
New York|Jets|NYJ
Philadelphia|Eagles|PHI
Pittsburgh|Steelers|PIT
San Francisco|49ers|SF SFO Niners
Seattle|Seahawks|SEA
Tampa Bay|Buccaneers|TB TAM Bucs
Tennessee|Titans|TEN
Washington|Commanders|WAS WSH Redskins Washington_Redskins Football_Team Washington_Football_Team`;

const MLB = `
Arizona|Diamondbacks|ARI AZ D-backs
Atlanta|Braves|ATL
Baltimore|Orioles|BAL
Boston|Red Sox|BOS
Chicago|Cubs|CHC CHN
Chicago|White Sox|CWS CHW CHA
Cincinnati|Reds|CIN
Cleveland|Guardians|CLE Indians Cleveland_Indians
Colorado|Rockies|COL
Detroit|Tigers|DET
Houston|Astros|HOU
Kansas City|Royals|KC KCR KCA
Los Angeles|Angels|LAA ANA Los_Angeles_Angels_of_Anaheim
Los Angeles|Dodgers|LAD LAN
Miami|Marlins|MIA FLA
Milwaukee|Brewers|MIL
Minnesota|Twins|MIN
New York|Mets|NYM NYN
New York|Yankees|NYY NYA
Oakland|Athletics|OAK ATH A's Sacramento_Athletics
Philadelphia|Phillies|PHI
Pittsburgh|Pirates|PIT
San Diego|Padres|SD SDP SDN
San Francisco|Giants|SF SFG SFN
Seattle|Mariners|SEA
St. Louis|Cardinals|STL SLN
Tampa Bay|Rays|TB TBR TBA
Texas|Rangers|TEX
Toronto|Blue Jays|TOR
Washington|Nationals|WSH WAS WSN Nats`;

const NHL = `
Anaheim|Ducks|ANA
Arizona|Coyotes|ARI PHX
Boston|Bruins|BOS
Buffalo|Sabres|BUF
Calgary|Flames|CGY
Carolina|Hurricanes|CAR Canes
Chicago|Blackhawks|CHI
Colorado|Avalanche|COL
Columbus|Blue Jackets|CBJ
Dallas|Stars|DAL
Detroit|Red Wings|DET
Edmonton|Oilers|EDM
Florida|Panthers|FLA
Los Angeles|Kings|LAK LA
Minnesota|Wild|MIN
Montreal|Canadiens|MTL MON
Nashville|Predators|NSH Preds
New Jersey|Devils|NJD NJ
New York|Islanders|NYI
New York|Rangers|NYR
Ottawa|Senators|OTT Sens
Philadelphia|Flyers|PHI
Pittsburgh|Penguins|PIT
San Jose|Sharks|SJS SJ
Seattle|Kraken|SEA
St. Louis|Blues|STL
Tampa Bay|Lightning|TBL TB
Toronto|Maple Leafs|TOR Leafs
Utah|Mammoth|UTA Utah_Hockey_Club
Vancouver|Canucks|VAN
Vegas|Golden Knights|VGK
Washington|Capitals|WSH WAS Caps
Winnipeg|Jets|WPG`;

export const US_LEAGUE_ALIASES: readonly AliasEntry[] = [
  ...entries(NBA, 'basketball', 'nba'),
  ...entries(NFL, 'american_football', 'nfl'),
  ...entries(MLB, 'baseball', 'mlb'),
  ...entries(NHL, 'ice_hockey', 'nhl'),
];

function entries(table: string, sport: SportId, league: string): AliasEntry[] {
  return table
    .trim()
    .split('\n')
    .map((row) => {
      const [city = '', nickname = '', others = ''] = row.split('|');
      const aliases = [city, nickname, ...others.split(' ').map((other) => other.replaceAll('_', ' '))];
      if (city === 'Los Angeles') aliases.push(`LA ${nickname}`, `L.A. ${nickname}`);
      if (city === 'New York') aliases.push(`NY ${nickname}`, `N.Y. ${nickname}`);
      return { sport, league, name: `${city} ${nickname}`, aliases };
    });
}
