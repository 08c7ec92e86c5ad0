// The wire format of protocol buffers: fields, varints, nested messages.
//
// A reader walks one buffer. `next` steps to the next field; the caller then takes its value or
// skips it. Damage throws an Error that names the byte.

export class ProtobufReader {
  /**
   * @param {Uint8Array} bytes
   * @param {number} [start]
   * @param {number} [end]
   */
  constructor(bytes, start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
    /** The number of the field that `next` found. */
    this.field = 0;
    /** Its wire type: 0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes. */
    this.wire = 0;
    /** The upper 32 bits of the varint that was read last. */
    this.high = 0;
  }

  /** Steps to the next field; false at the end. */
  next() {
    if (this.at >= this.end) return false;
    const tag = this.unsigned();
    this.field = Math.floor(tag / 8);
    this.wire = tag % 8;
    return true;
  }

  /** The low 32 bits of a varint; the others are in `high` then. @returns {number} */
  low() {
    const bytes = this.bytes;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.at >= this.end) this.fail("ends within a number");
      const byte = bytes[this.at];
      this.at += 1;
      const bits = byte & 0x7f;
      if (shift < 28) {
        low |= bits << shift;
      } else if (shift === 28) {
        low |= bits << 28;
        high = bits >> 4;
      } else if (shift < 63) {
        high |= bits << (shift - 32);
      } else {
        high |= (bits & 1) << 31;
      }
      if (byte < 0x80) {
        this.high = high;
        return low >>> 0;
      }
    }
    return this.fail("holds a number of more than ten bytes");
  }

  /** A varint without sign; exact below 2^53. @returns {number} */
  unsigned() {
    const short = this.short();
    if (short >= 0) return short;
    const low = this.low();
    return (this.high >>> 0) * 4294967296 + low;
  }

  /** A varint of 64 bits with sign; exact between -2^53 and 2^53. @returns {number} */
  signed() {
    const short = this.short();
    if (short >= 0) return short;
    const low = this.low();
    return (this.high | 0) * 4294967296 + low;
  }

  /** A varint of one or two bytes, which most are; -1, and nothing is read, where it is longer. */
  short() {
    const { bytes, at } = this;
    const first = bytes[at];
    if (first < 0x80 && at < this.end) {
      this.at = at + 1;
      return first;
    }
    const second = bytes[at + 1];
    if (second >= 0x80 || at + 2 > this.end) return -1;
    this.at = at + 2;
    return (first & 0x7f) | (second << 7);
  }

  /** Goes into a nested message, whose fields are read next. What `leave` takes. */
  enter() {
    const outer = this.end;
    this.end = this.limit();
    return outer;
  }

  /** Goes on behind a nested message. @param {number} outer */
  leave(outer) {
    this.at = this.end;
    this.end = outer;
  }

  /** The bytes of a length-delimited field. */
  chunk() {
    const end = this.limit();
    const chunk = this.bytes.subarray(this.at, end);
    this.at = end;
    return chunk;
  }

  /**
   * Each number of a repeated field, packed or not.
   * @param {(reader: ProtobufReader) => void} take reads one number
   */
  repeated(take) {
    if (this.wire !== 2) {
      take(this);
      return;
    }
    const outer = this.enter();
    while (this.at < this.end) take(this);
    this.leave(outer);
  }

  /**
   * The numbers of a repeated field, packed or not, into a column. Most of a profile is such fields,
   * so numbers of up to four bytes are read in place.
   * @param {import("./columns.js").Column<any>} column
   * @param {(value: number) => number} take what the column holds for a longer number
   */
  numbersInto(column, take) {
    if (this.wire !== 2) {
      column.push(take(this.signed()));
      return;
    }
    const outer = this.enter();
    const { bytes, end } = this;
    let { at } = this;
    // Each number takes a byte at least.
    column.reserve(end - at);
    const { array } = column;
    let { length } = column;
    while (at < end) {
      const start = at;
      let byte = bytes[at];
      let value = byte & 0x7f;
      at += 1;
      for (let shift = 7; byte >= 0x80 && shift < 28; shift += 7) {
        byte = bytes[at];
        value |= (byte & 0x7f) << shift;
        at += 1;
      }
      if (byte >= 0x80 || at > end) {
        this.at = start;
        value = take(this.signed());
        at = this.at;
      }
      array[length] = value;
      length += 1;
    }
    column.length = length;
    this.leave(outer);
  }

  /** Passes over the value of a field that nobody asks for. */
  skip() {
    if (this.wire === 0) this.low();
    else if (this.wire === 1) this.at += 8;
    else if (this.wire === 2) this.at = this.limit();
    else if (this.wire === 5) this.at += 4;
    else this.fail(`holds a field of unknown wire type ${this.wire}`);
    if (this.at > this.end) this.fail("ends within a field");
  }

  /** The end of a length-delimited field. */
  limit() {
    const length = this.unsigned();
    const end = this.at + length;
    if (end > this.end) this.fail("ends within a field");
    return end;
  }

  /** @param {string} what @returns {never} */
  fail(what) {
    throw new Error(`the profile ${what}, at byte ${this.at}`);
  }
}
