/** What a source did in one hour that was watched from its beginning to its end. */
interface Hour {
  readonly count: number;
  /** Minutes of the longest stretch without an event, from the hour's start or the last event before. At most 60. */
  readonly gap: number;
}

/** What is learnt of a source, as JSON can say it. */
export interface HabitState {
  /** By hour of the week in UTC, 168 of them; each the newest weeks' hours, newest last. */
  readonly slots: readonly (readonly Hour[])[];
  /** Hours watched in all, and how many of them had no event. */
  readonly hours: number;
  readonly quietHours: number;
}

export interface Silence {
  /** Milliseconds since 1970 of the last event. */
  readonly since: number;
  readonly expectedPerMinute: number;
}

const minute = 60_000;
const hour = 60 * minute;
const week = 168;
/** Weeks that are remembered of each hour. */
const mostWeeks = 4;
/** Hours watched before a source that is never quiet is held to it, and one with quiet hours is known by its week. */
const leastHours = 24;
const knownWeek = 8 * 24;
/** Silence takes so many minutes in which events were due, so many events that were due, and so often its longest usual gap. */
const leastMinutes = 5;
const leastMissed = 20;
const gapFactor = 3;

/**
 * How many events a source sends at which hour of the week, learnt from what it sent: the least and the most of the last four such hours and
 * of their neighbours, so that neither daily nor weekly rhythm, nor a clock put forward in spring, is worth an alarm. Times are milliseconds
 * since 1970 and never go back.
 */
export class SourceHabit {
  readonly #slots: Hour[][];
  #hours: number;
  #quietHours: number;
  /** The beginning of the hour that goes on, what came in it, and whether it was watched from its beginning. */
  #hourStart: number;
  #count = 0;
  #gap = 0;
  #whole: boolean;
  /** Hours without an event that were due some: learnt once it shows that they were no outage, or it lasts for a week. */
  #odd: { readonly start: number; readonly hour: Hour }[] = [];
  /** When the source was last heard of; when watching began, where it never was. */
  #heardAt: number;
  #lastEventAt: number | undefined;
  /** Counts of the minutes before the one that goes on, newest last, at most 10; and that one's. */
  #minutes: number[] = [];
  #minuteStart: number;
  #minuteCount = 0;

  /** What was learnt before is taken up; the time in between was not watched. */
  constructor(at: number, state?: HabitState) {
    this.#slots = Array.from({ length: week }, (_, slot) => [...(state?.slots[slot] ?? [])]);
    this.#hours = state?.hours ?? 0;
    this.#quietHours = state?.quietHours ?? 0;
    this.#hourStart = Math.floor(at / hour) * hour;
    this.#whole = this.#hourStart === at;
    this.#heardAt = at;
    this.#minuteStart = Math.floor(at / minute) * minute;
  }

  get state(): HabitState {
    return { slots: this.#slots, hours: this.#hours, quietHours: this.#quietHours };
  }

  get lastEventAt(): number | undefined {
    return this.#lastEventAt;
  }

  /** Events in the last whole minute. */
  get lastMinute(): number {
    return this.#minutes.at(-1) ?? 0;
  }

  get learnt(): boolean {
    return this.#hours >= knownWeek || (this.#hours >= leastHours && this.#quietHours === 0);
  }

  /** The source tried to send and could not be taken: it is not silent, and this hour tells nothing of what is usual. */
  refused(at: number): void {
    this.#hear(at);
    this.#whole = false;
  }

  counted(events: number, at: number): void {
    this.#hear(at);
    if (events === 0) return;
    this.#lastEventAt = Math.max(at, this.#lastEventAt ?? at);
    this.#count += events;
    this.#minuteCount += events;
  }

  /** Closes the minutes and hours that are over. */
  advance(at: number): void {
    for (let turns = 0; at >= this.#minuteStart + minute && turns < 11; turns += 1) {
      this.#minutes = [...this.#minutes.slice(-9), this.#minuteCount];
      this.#minuteCount = 0;
      this.#minuteStart += minute;
    }
    this.#minuteStart = Math.max(this.#minuteStart, Math.floor(at / minute) * minute);
    while (at >= this.#hourStart + hour) {
      const end = this.#hourStart + hour;
      if (this.#whole)
        this.#close({ count: this.#count, gap: Math.min(60, Math.round(Math.max(this.#gap, this.#gapUntil(end)))) });
      this.#hourStart = end;
      this.#whole = true;
      this.#count = 0;
      this.#gap = 0;
    }
  }

  /** Events that usually come in a minute of this hour: the middle of what is remembered. */
  expectedPerMinute(at: number): number | undefined {
    if (!this.learnt) return undefined;
    const counts = this.#like(at, 0)
      .map(({ count }) => count)
      .toSorted((a, b) => a - b);
    return (counts[counts.length >> 1] ?? 0) / 60;
  }

  /** Whether the source is quieter than it ever is at such hours. Call `advance` first. */
  silence(at: number): Silence | undefined {
    if (!this.learnt) return undefined;
    let minutes = 0;
    let missed = 0;
    let usualGap = 0;
    // What was due in each hour since; a week back is as far as hours differ.
    const from = Math.max(this.#heardAt, at - week * hour);
    for (let start = from; start < at;) {
      const end = Math.min(at, (Math.floor(start / hour) + 1) * hour);
      const least = this.#least(start, 1);
      if (least > 0) {
        minutes += (end - start) / minute;
        missed += (least * (end - start)) / hour;
        usualGap = Math.max(usualGap, this.#usualGap(start));
      }
      start = end;
    }
    if (minutes < Math.max(leastMinutes, gapFactor * usualGap) || missed < leastMissed) return undefined;
    return { since: this.#lastEventAt ?? this.#heardAt, expectedPerMinute: this.expectedPerMinute(at) ?? 0 };
  }

  /** Whether the last ten minutes held far more than such hours ever do. */
  surging(at: number): boolean {
    if (this.#hours < knownWeek || this.#minutes.length < 10) return false;
    const most = Math.max(0, ...this.#like(at, 1).map(({ count }) => count));
    const now = this.#minutes.reduce((sum, count) => sum + count, 0);
    return now > 1_000 && now > (most / 6) * 10;
  }

  #hear(at: number): void {
    this.advance(at);
    // An outage is not what is usual: what was odd is learnt only where it was not worth an alarm.
    if (this.#odd.length > 0 && this.silence(at) === undefined) this.#learnOdd();
    this.#odd = [];
    this.#gap = Math.max(this.#gap, this.#gapUntil(at));
    this.#heardAt = Math.max(at, this.#heardAt);
  }

  #close(one: Hour): void {
    if (one.count > 0 || this.#least(this.#hourStart, 0) === 0) return this.#learn(this.#hourStart, one);
    this.#odd.push({ start: this.#hourStart, hour: one });
    // Whoever is away for a week has other habits now.
    if (this.#odd.length >= week) this.#learnOdd();
  }

  #learnOdd(): void {
    for (const { start, hour: one } of this.#odd) this.#learn(start, one);
    this.#odd = [];
  }

  #learn(start: number, one: Hour): void {
    const slot = this.#slots[(start / hour) % week]!;
    slot.push(one);
    if (slot.length > mostWeeks) slot.shift();
    this.#hours += 1;
    if (one.count === 0) this.#quietHours += 1;
  }

  /** Minutes without an event until `at`, within the hour that goes on. */
  #gapUntil(at: number): number {
    return Math.max(0, at - Math.max(this.#heardAt, this.#hourStart)) / minute;
  }

  /** The hours that are remembered of this hour of the week and `around` it; before a week is known, of the whole past. */
  #like(at: number, around: number): Hour[] {
    if (this.#hours < knownWeek) return this.#slots.flat();
    const at0 = Math.floor(at / hour);
    const slots = Array.from(
      { length: 2 * around + 1 },
      (_, step) => this.#slots[(((at0 + step - around) % week) + week) % week]!,
    );
    return slots.flat();
  }

  /** Events that come in such an hour at the least; halved while only one such hour is known. */
  #least(at: number, around: number): number {
    const hours = this.#like(at, around);
    const least = hours.reduce((low, { count }) => Math.min(low, count), Infinity);
    return hours.length === 0 ? 0 : hours.length < 6 ? least / 2 : least;
  }

  /** The second longest of the gaps in such hours: one outage that is remembered teaches no patience. */
  #usualGap(at: number): number {
    const gaps = this.#like(at, 1)
      .map(({ gap }) => gap)
      .toSorted((a, b) => b - a);
    return (gaps.length > 3 ? gaps[1] : gaps[0]) ?? 0;
  }
}
