// Typed arrays that grow: what a decoder fills without knowing the size beforehand.

/**
 * @template {Uint8Array | Uint32Array | Int32Array | Float64Array} T
 */
export class Column {
  /** @param {new (length: number) => T} Type */
  constructor(Type) {
    this.Type = Type;
    this.length = 0;
    /** @type {T} */
    this.array = new Type(1024);
  }

  /** @param {number} value */
  push(value) {
    if (this.length === this.array.length) {
      const grown = new this.Type(this.length * 2);
      grown.set(this.array);
      this.array = grown;
    }
    this.array[this.length] = value;
    this.length += 1;
  }

  /** The values so far, without the room behind them. @returns {T} */
  values() {
    return /** @type {T} */ (this.array.subarray(0, this.length));
  }
}
