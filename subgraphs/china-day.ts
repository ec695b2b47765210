const SHANGHAI = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Asia/Shanghai',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

/** The day in China (Asia/Shanghai) at an instant, `YYYY-MM-DD`: the day that papers and deadlines speak of. */
export const chinaDay = (instant: Date): string => SHANGHAI.format(instant);
