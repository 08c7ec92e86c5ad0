// Typed arrays that grow: what a decoder fills without knowing the size beforehand.

/**
 * @template {Uint8Array | Uint32Array | Int32Array | Float64Array} T
 */
export class Column {
  /** @param {new (length: number) => T} Type @param {number} [room] for how many values at first */
  constructor(Type, room = 1024) {
    this.Type = Type;
    this.length = 0;
    /** @type {T} */
    this.array = new Type(room);
  }

  /** @param {number} value */
  push(value) {
    this.reserve(1);
    this.array[this.length] = value;
    this.length += 1;
  }

  /** Makes room for `count` more values, which may then be written to `array` at `length`.
   * @param {number} count */
  reserve(count) {
    if (this.length + count <= this.array.length) return;
    const grown = new this.Type(Math.max(this.length + count, this.length * 2));
    grown.set(this.array);
    this.array = grown;
  }

  /** The values so far, without the room behind them. @returns {T} */
  values() {
    return /** @type {T} */ (this.array.subarray(0, this.length));
  }
}
