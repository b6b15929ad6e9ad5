// Trigonometry in degrees that is exact where it can be (sind(30) is 0.5), as in PostgreSQL's float.c.

const RADIANS_PER_DEGREE: f64 = 0.0174532925199432957692;

let ready = false;
let sin_30: f64 = 0;
let one_minus_cos_60: f64 = 0;
let asin_half: f64 = 0;
let acos_half: f64 = 0;
let atan_one: f64 = 0;
let tan_45: f64 = 0;
let cot_45: f64 = 0;

function prepare(): void {
  sin_30 = Math.sin(30 * RADIANS_PER_DEGREE);
  one_minus_cos_60 = 1 - Math.cos(60 * RADIANS_PER_DEGREE);
  asin_half = Math.asin(0.5);
  acos_half = Math.acos(0.5);
  atan_one = Math.atan(1);
  ready = true;
  tan_45 = sind_quadrant(45) / cosd_quadrant(45);
  cot_45 = cosd_quadrant(45) / sind_quadrant(45);
}

@inline
function sind_0_to_30(x: f64): f64 {
  return Math.sin(x * RADIANS_PER_DEGREE) / sin_30 / 2;
}

@inline
function cosd_0_to_60(x: f64): f64 {
  return 1 - (1 - Math.cos(x * RADIANS_PER_DEGREE)) / one_minus_cos_60 / 2;
}

function sind_quadrant(x: f64): f64 {
  return x <= 30 ? sind_0_to_30(x) : cosd_0_to_60(90 - x);
}

function cosd_quadrant(x: f64): f64 {
  return x <= 60 ? cosd_0_to_60(x) : sind_0_to_30(90 - x);
}

export function sind(x: f64): f64 {
  if (!ready) prepare();
  x = x % 360;
  let sign: f64 = 1;
  if (x < 0) {
    x = -x;
    sign = -sign;
  }
  if (x > 180) {
    x = 360 - x;
    sign = -sign;
  }
  if (x > 90) x = 180 - x;
  return sign * sind_quadrant(x);
}

export function cosd(x: f64): f64 {
  if (!ready) prepare();
  x = abs(x % 360);
  let sign: f64 = 1;
  if (x > 180) x = 360 - x;
  if (x > 90) {
    x = 180 - x;
    sign = -sign;
  }
  return sign * cosd_quadrant(x);
}

/** The sign that tangent and cotangent have at x; sets `first_quadrant`. */
let first_quadrant: f64 = 0;
function reduce(x: f64): f64 {
  x = x % 360;
  let sign: f64 = 1;
  if (x < 0) {
    x = -x;
    sign = -sign;
  }
  if (x > 180) {
    x = 360 - x;
    sign = -sign;
  }
  if (x > 90) {
    x = 180 - x;
    sign = -sign;
  }
  first_quadrant = x;
  return sign;
}

export function tand(x: f64): f64 {
  if (!ready) prepare();
  const sign = reduce(x);
  const result = sign * (sind_quadrant(first_quadrant) / cosd_quadrant(first_quadrant) / tan_45);
  // No negative zero.
  return result == 0 ? 0 : result;
}

export function cotd(x: f64): f64 {
  if (!ready) prepare();
  const sign = reduce(x);
  const result = sign * (cosd_quadrant(first_quadrant) / sind_quadrant(first_quadrant) / cot_45);
  return result == 0 ? 0 : result;
}

function asind_quadrant(x: f64): f64 {
  return x <= 0.5 ? (Math.asin(x) / asin_half) * 30 : 90 - (Math.acos(x) / acos_half) * 60;
}

function acosd_quadrant(x: f64): f64 {
  return x <= 0.5 ? 90 - (Math.asin(x) / asin_half) * 30 : (Math.acos(x) / acos_half) * 60;
}

export function asind(x: f64): f64 {
  if (!ready) prepare();
  return x >= 0 ? asind_quadrant(x) : -asind_quadrant(-x);
}

export function acosd(x: f64): f64 {
  if (!ready) prepare();
  return x >= 0 ? acosd_quadrant(x) : 90 + asind_quadrant(-x);
}

export function atand(x: f64): f64 {
  if (!ready) prepare();
  return (Math.atan(x) / atan_one) * 45;
}
