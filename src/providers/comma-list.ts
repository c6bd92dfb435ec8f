/** A pattern for a setting that holds one or more of `item` (a pattern too), separated by commas. */
export const commaListPattern = (item: string): string => `^\\s*(?:${item})\\s*(?:,\\s*(?:${item})\\s*)*$`;

/** The items of such a setting, each once; none for an empty text. */
export const readCommaList = (text: string): readonly string[] => [
  ...new Set(
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  ),
];
