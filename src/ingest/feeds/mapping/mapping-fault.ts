/** The body departs from what the feed's mapping expects. `path` says where in the mapping or the body. */
export class MappingFault extends Error {
  readonly path: string;

  constructor(path: string, message: string) {
    super(message);
    this.path = path;
  }
}
