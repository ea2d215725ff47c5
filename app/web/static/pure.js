// SHA-256, SHA-512 and Ed25519 verification in plain JavaScript, for pages without Web Crypto: over plain HTTP on a
// phone in the local network there is none. Nothing here signs, and nothing here knows a log.

// The constants of FIPS 180-4 are the first bits behind the point of roots of primes, so they are computed, not copied.
const PRIMES = primes(80);
const K512 = PRIMES.map((p) => BigInt.asUintN(64, root(p << 192n, 3n)));
const IV512 = PRIMES.slice(0, 8).map((p) => BigInt.asUintN(64, root(p << 128n, 2n)));
const K256 = Int32Array.from(K512.slice(0, 64), (k) => Number(BigInt.asIntN(32, k >> 32n)));
const IV256 = IV512.map((h) => Number(BigInt.asIntN(32, h >> 32n)));

function primes(count) {
  const found = [];
  for (let n = 2n; found.length < count; n++) if (found.every((p) => n % p)) found.push(n);
  return found;
}

// The whole part of the root of that degree: Newton's method, from above.
function root(n, degree) {
  let x = 1n << BigInt(n.toString(2).length);
  for (;;) {
    const y = ((degree - 1n) * x + n / x ** (degree - 1n)) / degree;
    if (y >= x) return x;
    x = y;
  }
}

function padded(message, block) {
  const size = Math.ceil((message.length + 1 + block / 8) / block) * block;
  const bytes = new Uint8Array(size);
  bytes.set(message);
  bytes[message.length] = 0x80;
  new DataView(bytes.buffer).setBigUint64(size - 8, BigInt(message.length) * 8n);
  return new DataView(bytes.buffer);
}

/** SHA-256 of bytes (FIPS 180-4 section 6.2). */
export function sha256(message) {
  const data = padded(message, 64);
  const hash = Int32Array.from(IV256);
  const w = new Int32Array(64);
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  for (let at = 0; at < data.byteLength; at += 64) {
    for (let t = 0; t < 64; t++) {
      if (t < 16) {
        w[t] = data.getInt32(at + 4 * t);
        continue;
      }
      const x = w[t - 15], y = w[t - 2];
      w[t] = (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10)) + w[t - 7] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + w[t - 16];
    }
    let [a, b, c, d, e, f, g, h] = hash;
    for (let t = 0; t < 64; t++) {
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K256[t] + w[t]) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => (hash[i] += value));
  }
  const out = new DataView(new ArrayBuffer(32));
  hash.forEach((value, i) => out.setInt32(4 * i, value));
  return new Uint8Array(out.buffer);
}

/** SHA-512 of bytes (FIPS 180-4 section 6.4); slow, for short messages. */
export function sha512(message) {
  const data = padded(message, 128);
  const hash = [...IV512];
  const w = [];
  const cut = (x) => BigInt.asUintN(64, x);
  const turn = (x, n) => (x >> n) | cut(x << (64n - n));
  for (let at = 0; at < data.byteLength; at += 128) {
    for (let t = 0; t < 80; t++) {
      if (t < 16) {
        w[t] = data.getBigUint64(at + 8 * t);
        continue;
      }
      const x = w[t - 15], y = w[t - 2];
      w[t] = cut((turn(y, 19n) ^ turn(y, 61n) ^ (y >> 6n)) + w[t - 7] + (turn(x, 1n) ^ turn(x, 8n) ^ (x >> 7n)) + w[t - 16]);
    }
    let [a, b, c, d, e, f, g, h] = hash;
    for (let t = 0; t < 80; t++) {
      const one = h + (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) + ((e & f) ^ (cut(~e) & g)) + K512[t] + w[t];
      const two = (turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, cut(d + one), c, b, a, cut(one + two)];
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => (hash[i] = cut(hash[i] + value)));
  }
  const out = new DataView(new ArrayBuffer(64));
  hash.forEach((value, i) => out.setBigUint64(8 * i, value));
  return new Uint8Array(out.buffer);
}

// Edwards25519 (RFC 8032 section 5.1): points as [X, Y, Z, T] with x = X/Z, y = Y/Z, xy = T/Z.
const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const mod = (x) => ((x % P) + P) % P;
const D = mod(-121665n * power(121666n, P - 2n));
const SQRT_MINUS_1 = power(2n, (P - 1n) / 4n);
const ZERO = [0n, 1n, 1n, 0n];
const BASE = decode(little(mod(4n * power(5n, P - 2n))));

function power(x, e) {
  let result = 1n;
  for (x = mod(x); e; e >>= 1n, x = (x * x) % P) if (e & 1n) result = (result * x) % P;
  return result;
}

function number(bytes) {
  return bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function little(n) {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((n >> BigInt(8 * i)) & 255n));
}

function add([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const a = mod((y1 - x1) * (y2 - x2)), b = mod((y1 + x1) * (y2 + x2));
  const c = mod(2n * t1 * D * t2), d = mod(2n * z1 * z2);
  const e = b - a, f = d - c, g = d + c, h = b + a;
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

function decode(bytes) {
  const y = number(bytes) & (2n ** 255n - 1n), odd = BigInt(bytes[31] >> 7);
  const u = mod(y * y - 1n), v = mod(D * y * y + 1n);
  let x = mod(u * v ** 3n * power(u * v ** 7n, (P - 5n) / 8n));
  if (mod(v * x * x) !== u) x = mod(x * SQRT_MINUS_1);
  if (y >= P || mod(v * x * x) !== u || (x === 0n && odd)) throw new Error("not a point of the curve");
  if ((x & 1n) !== odd) x = P - x;
  return [x, y, 1n, mod(x * y)];
}

function encode([x, y, z]) {
  const inverse = power(z, P - 2n);
  return little(mod(y * inverse) | ((mod(x * inverse) & 1n) << 255n));
}

/** Whether the signature is good: S below the group order, R compared as bytes, no cofactor, as OpenSSL does. */
export function verifyEd25519(key, signature, message) {
  const r = signature.slice(0, 32), s = number(signature.slice(32));
  if (key.length !== 32 || signature.length !== 64 || s >= ORDER) return false;
  let a;
  try {
    a = decode(key);
  } catch {
    return false;
  }
  const h = number(sha512(Uint8Array.of(...r, ...key, ...message))) % ORDER;
  const minusA = [P - a[0], a[1], 1n, P - a[3]];
  const both = add(BASE, minusA);
  let sum = ZERO;
  for (let bit = 252n; bit >= 0n; bit--) {
    sum = add(sum, sum);
    const ofS = (s >> bit) & 1n, ofH = (h >> bit) & 1n;
    if (ofS || ofH) sum = add(sum, ofS ? (ofH ? both : BASE) : minusA);
  }
  return encode(sum).every((byte, i) => byte === r[i]);
}
