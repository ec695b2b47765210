/**
 * A day as it stands on certificates and letters of offices (GB/T 15835-2011, 公文 in Chinese numerals):
 *
 * ```ts
 * chineseDate('2026-11-23');   // '二〇二六年十一月二十三日'
 * ```
 */
const DIGITS = '〇一二三四五六七八九';
const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;

/** @param day `YYYY-MM-DD`. @throws {RangeError} for any other text. */
export function chineseDate(day: string): string {
  const [, year, month, date] = DAY.exec(day) ?? [];
  if (!year || !month || !date) throw new RangeError(`${day} is no day`);
  const years = [...year].map(digit => DIGITS[Number(digit)]).join('');
  return `${years}年${counted(Number(month))}月${counted(Number(date))}日`;
}

/** 1 to 99. */
function counted(count: number): string {
  const [tens, ones] = [Math.floor(count / 10), count % 10];
  const before = tens === 0 ? '' : `${tens === 1 ? '' : DIGITS[tens]}十`;
  return `${before}${ones === 0 ? '' : DIGITS[ones]}`;
}
