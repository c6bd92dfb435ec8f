// Letters that stay whole under NFKD, as they are written without their stroke or ligature.
const WHOLE: Readonly<Record<string, string>> = {
  ø: 'o',
  ß: 'ss',
  ł: 'l',
  æ: 'ae',
  œ: 'oe',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
  ħ: 'h',
  ŋ: 'n',
  ŧ: 't',
  ə: 'a',
};
const WHOLE_LETTERS = /[øßłæœđðþıħŋŧə]/g;
const PLAIN = /^[a-z0-9 ]*$/;
/** No name of a team is longer; a longer text is cut, so that it cannot cost more. */
const LONGEST = 160;

/**
 * A name in the one form that names are compared in: lower case, no accents, no punctuation, words parted by one
 * blank. Apostrophes join (`Nott'm` is `nottm`), everything else parts. Empty when nothing is left.
 */
export function fold(name: string): string {
  const lower = name.slice(0, LONGEST).toLowerCase();
  if (PLAIN.test(lower)) return squeeze(lower);
  return squeeze(
    lower
      .normalize('NFKD')
      .replace(/\p{M}+/gu, '')
      .replace(WHOLE_LETTERS, (letter) => WHOLE[letter] ?? letter)
      .replace(/['’‘`´ʼ]/g, '')
      .replace(/[^\p{L}\p{N}]+/gu, ' '),
  );
}

// `F.C.`, `L.A`: letters that stand for words, written apart.
const INITIALS = /(?<![\p{L}\p{N}])(?:\p{L}\.)+\p{L}(?!\p{L})\.?/gu;

/** A team's name folded; its initials are one word, with stops or without (`F.C.` is `fc`). */
export const foldTeam = (name: string): string =>
  fold(
    name.includes('.')
      ? name.slice(0, LONGEST).replace(INITIALS, (initials) => initials.replaceAll('.', ''))
      : name,
  );

/** The words of a folded name. */
export const words = (folded: string): string[] => (folded === '' ? [] : folded.split(' '));

const squeeze = (text: string): string => text.replace(/ {2,}/g, ' ').trim();
