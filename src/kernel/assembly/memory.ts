import { ADDRESSES, META, NUM } from "./constants";

/** Address of an array of the world, by its place in the address table. */
// @ts-ignore: decorator
@inline export function at(array: i32): usize {
  return load<u32>(META + (((ADDRESSES + array) << 2) as usize));
}

// @ts-ignore: decorator
@inline export function word(index: i32): i32 {
  return load<i32>(META + ((index << 2) as usize));
}

// @ts-ignore: decorator
@inline export function setWord(index: i32, value: i32): void {
  store<i32>(META + ((index << 2) as usize), value);
}

// @ts-ignore: decorator
@inline export function number(index: i32): f64 {
  return load<f64>(NUM + ((index << 3) as usize));
}

// @ts-ignore: decorator
@inline export function setNumber(index: i32, value: f64): void {
  store<f64>(NUM + ((index << 3) as usize), value);
}

// @ts-ignore: decorator
@inline export function wide(array: i32, index: i32): f64 {
  return load<f64>(at(array) + ((index << 3) as usize));
}

// @ts-ignore: decorator
@inline export function setWide(array: i32, index: i32, value: f64): void {
  store<f64>(at(array) + ((index << 3) as usize), value);
}

// @ts-ignore: decorator
@inline export function narrow(array: i32, index: i32): f32 {
  return load<f32>(at(array) + ((index << 2) as usize));
}

// @ts-ignore: decorator
@inline export function setNarrow(array: i32, index: i32, value: f32): void {
  store<f32>(at(array) + ((index << 2) as usize), value);
}

// @ts-ignore: decorator
@inline export function bump(counter: i32): void {
  setNumber(counter, number(counter) + 1);
}
