/** The polynomial, its bits in reverse. */
const polynomial = 0xedb88320;

/** The product of two polynomials modulo that of the checksum. Bit 31 is the coefficient of x^0. */
function multiply(a: number, b: number): number {
  let product = 0;
  let shifted = b;
  for (let bit = 1 << 31; bit !== 0; bit >>>= 1) {
    if (a & bit) product ^= shifted;
    shifted = shifted & 1 ? (shifted >>> 1) ^ polynomial : shifted >>> 1;
  }
  return product;
}

/** x^(2^n), by n. */
const squares: number[] = [1 << 30];
for (let n = 1; n < 32; n++) squares.push(multiply(squares[n - 1]!, squares[n - 1]!));

/**
 * The CRC-32 of some bytes and others behind them, by that of each and the `length` of the others.
 *
 * @see https://www.rfc-editor.org/rfc/rfc1952#section-8
 */
export function combineCrc32(crc: number, other: number, length: number): number {
  // To append a byte is to multiply by x^8.
  let shift = 1 << 31;
  for (let rest = length, n = 3; rest > 0; rest = Math.floor(rest / 2), n++) {
    if (rest % 2 === 1) shift = multiply(squares[n % 32]!, shift);
  }
  return (multiply(shift, crc) ^ other) >>> 0;
}
