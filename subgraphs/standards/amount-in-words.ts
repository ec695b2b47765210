/**
 * An amount of money in the numerals that can't be altered with a stroke of the pen (大写金额; 支付结算办法, 附一):
 *
 * ```ts
 * amountInWords(50_000_000n);   // '伍拾万元整'
 * amountInWords(140_950n);      // '壹仟肆佰零玖元伍角整'
 * ```
 */
const DIGITS = '零壹贰叁肆伍陆柒捌玖';
/** Of ten thousands, from the lowest. */
const SECTIONS = ['', '万', '亿', '万'];
const PLACES = ['', '拾', '佰', '仟'];

/** @param fen Hundredths of a yuan. @throws {RangeError} on a negative amount and from 10^16 yuan. */
export function amountInWords(fen: bigint): string {
  if (fen < 0n || fen >= 10n ** 18n) throw new RangeError('an amount lies between 0 and 10^16 yuan');
  const [yuan, jiao, rest] = [fen / 100n, Number((fen / 10n) % 10n), Number(fen % 10n)];
  const whole = yuan === 0n ? '' : `${wholeInWords(yuan)}元`;
  if (jiao === 0 && rest === 0) return `${whole || '零元'}整`;
  const tenths = jiao === 0 ? (whole ? '零' : '') : `${DIGITS[jiao]}角`;
  return `${whole}${tenths}${rest === 0 ? '整' : `${DIGITS[rest]}分`}`;
}

function wholeInWords(yuan: bigint): string {
  const sections: number[] = [];
  for (let left = yuan; left > 0n; left /= 10_000n) sections.push(Number(left % 10_000n));
  let words = '';
  let isGap = false;
  for (let at = sections.length - 1; at >= 0; at--) {
    const section = sections[at] as number;
    if (section === 0) {
      isGap = words !== '';
      // Ten thousands of 亿 stand in front of it, even where it has nothing else.
      if (at === 2 && sections.length > 3) words += '亿';
      continue;
    }
    if (words !== '' && (isGap || section < 1_000)) words += '零';
    words += `${sectionInWords(section)}${SECTIONS[at]}`;
    isGap = false;
  }
  return words;
}

/** 1 to 9,999. */
function sectionInWords(section: number): string {
  let words = '';
  let isGap = false;
  for (let place = 3; place >= 0; place--) {
    const digit = Math.floor(section / 10 ** place) % 10;
    if (digit === 0) isGap = words !== '';
    else {
      words += `${isGap ? '零' : ''}${DIGITS[digit]}${PLACES[place]}`;
      isGap = false;
    }
  }
  return words;
}
