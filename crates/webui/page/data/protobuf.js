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
    const first = this.bytes[this.at];
    if (first < 0x80 && this.at < this.end) {
      this.at += 1;
      return first;
    }
    const low = this.low();
    return (this.high >>> 0) * 4294967296 + low;
  }

  /** A varint of 64 bits with sign; exact between -2^53 and 2^53. @returns {number} */
  signed() {
    const low = this.low();
    return (this.high | 0) * 4294967296 + low;
  }

  /** The reader of a nested message. */
  message() {
    const end = this.limit();
    const reader = new ProtobufReader(this.bytes, this.at, end);
    this.at = end;
    return reader;
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
    const packed = this.message();
    while (packed.at < packed.end) take(packed);
  }

  /**
   * The numbers of a repeated field, packed or not, into a column. Most of a profile is such fields,
   * so numbers of up to four bytes are read in place.
   * @param {import("./columns.js").Column<Float64Array>} column
   */
  numbersInto(column) {
    if (this.wire !== 2) {
      column.push(this.signed());
      return;
    }
    const packed = this.message();
    const { bytes, end } = packed;
    // Each number takes a byte at least.
    column.reserve(end - packed.at);
    const { array } = column;
    let { length } = column;
    while (packed.at < end) {
      const at = packed.at;
      let value = bytes[at] & 0x7f;
      let size = 1;
      while (size < 4 && bytes[at + size - 1] >= 0x80) {
        value |= (bytes[at + size] & 0x7f) << (7 * size);
        size += 1;
      }
      if (bytes[at + size - 1] < 0x80 && at + size <= end) {
        packed.at += size;
        array[length] = value;
      } else {
        array[length] = packed.signed();
      }
      length += 1;
    }
    column.length = length;
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
