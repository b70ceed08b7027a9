package jsonata

import (
	"math"
	"regexp"
	"strconv"
)

const (
	millisPerDay = 86_400_000
	maxMillis    = 8.64e15 // of a JavaScript Date, either side of 1970
)

// date is a moment in UTC in its parts; with a NaN they are all NaN.
type date struct {
	millis                            float64
	year, month, day                  float64 // month from 0
	hour, minute, second, millisecond float64
	weekday                           float64 // from 0, a Sunday
}

func dateOf(millis float64) date {
	millis = math.Trunc(millis)
	if !(math.Abs(millis) <= maxMillis) {
		n := math.NaN()
		return date{n, n, n, n, n, n, n, n, n}
	}
	days := math.Floor(millis / millisPerDay)
	rest := int64(millis - days*millisPerDay)
	y, m, d := civil(int64(days))
	return date{
		millis: millis, year: float64(y), month: float64(m - 1), day: float64(d),
		hour: float64(rest / 3_600_000), minute: float64(rest / 60_000 % 60), second: float64(rest / 1000 % 60),
		millisecond: float64(rest % 1000), weekday: float64(((int64(days)+4)%7 + 7) % 7),
	}
}

// civil turns days since 1970 into a date of the Gregorian calendar, and
// dayNumber back: Howard Hinnant, "chrono-compatible low-level date algorithms".
func civil(days int64) (y, m, d int64) {
	days += 719468
	era := days / 146097
	if days < 0 {
		era = (days - 146096) / 146097
	}
	doe := days - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	d = doy - (153*mp+2)/5 + 1
	m = mp + 3
	if m > 12 {
		m -= 12
	}
	y = yoe + era*400
	if m <= 2 {
		y++
	}
	return y, m, d
}

func dayNumber(y, m, d int64) int64 {
	if m <= 2 {
		y--
	}
	era := y / 400
	if y < 0 {
		era = (y - 399) / 400
	}
	yoe := y - era*400
	mp := m - 3
	if m <= 2 {
		mp = m + 9
	}
	doy := (153*mp+2)/5 + d - 1
	doe := yoe*365 + yoe/4 - yoe/100 + doy
	return era*146097 + doe - 719468
}

// dateUTC is JavaScript's Date.UTC, which takes years 0 to 99 for 1900 to
// 1999; month counts from 0, and parts may lie outside of their range.
func dateUTC(year, month, day, hour, minute, second, millisecond float64) float64 {
	for _, x := range [...]float64{year, month, day, hour, minute, second, millisecond} {
		if !(math.Abs(x) < 1e10) {
			return math.NaN()
		}
	}
	year = math.Trunc(year)
	if year >= 0 && year <= 99 {
		year += 1900
	}
	return moment(year, month, day, hour, minute, second, millisecond)
}

func moment(year, month, day, hour, minute, second, millisecond float64) float64 {
	month = math.Trunc(month)
	year += math.Floor(month / 12)
	month -= 12 * math.Floor(month/12)
	days := float64(dayNumber(int64(year), int64(month)+1, 1)) + math.Trunc(day) - 1
	t := days*millisPerDay + math.Trunc(hour)*3_600_000 + math.Trunc(minute)*60_000 + math.Trunc(second)*1000 + math.Trunc(millisecond)
	if !(math.Abs(t) <= maxMillis) {
		return math.NaN()
	}
	return t
}

func fnNow(r *run, a []Value) (Value, error) {
	now, err := r.now("now")
	if err != nil {
		return Nothing, err
	}
	return r.formatDate(now, a[0], a[1])
}

func fnMillis(r *run, _ []Value) (Value, error) {
	now, err := r.now("millis")
	return Number(now), err
}

// now is the clock of the evaluation in milliseconds since 1970.
func (r *run) now(name string) (float64, error) {
	if r.env.Now.IsZero() {
		return 0, fail(codeNoNow, name, Nothing, "$%s needs a clock, and this evaluation was given none", name)
	}
	return float64(r.env.Now.UnixMilli()), nil
}

func fnFromMillis(r *run, a []Value) (Value, error) {
	if a[0].k == KindNothing {
		return Nothing, nil
	}
	return r.formatDate(a[0].Num(), a[1], a[2])
}

func fnToMillis(r *run, a []Value) (Value, error) {
	if a[0].k == KindNothing {
		return Nothing, nil
	}
	if a[1].k == KindNothing {
		return isoMillis(a[0])
	}
	return r.parseDate(a[0].Str(), a[1].Str())
}

var (
	// isoAllowed is the reference's own check, isoDate what Date.parse reads
	// of that.
	isoAllowed = regexp.MustCompile(`^\d{4}(-[01]\d)*(-[0-3]\d)*(T[0-2]\d:[0-5]\d:[0-5]\d)*(\.\d+)?([+-][0-2]\d:?[0-5]\d|Z)?$`)
	isoDate    = regexp.MustCompile(`^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?)?(?:(Z)|([+-]\d\d):?(\d\d))?$`)
)

func isoMillis(v Value) (Value, error) {
	s := v.Str()
	if t, ok := plainISO(s); ok {
		return Number(t), nil
	}
	if !isoAllowed.MatchString(s) {
		return Nothing, fail("D3110", "toMillis", v, "%s is not an ISO 8601 timestamp", v)
	}
	m := isoDate.FindStringSubmatch(s)
	if m == nil {
		return Number(math.NaN()), nil
	}
	part := func(i int, otherwise float64) float64 {
		if m[i] == "" {
			return otherwise
		}
		f, _ := strconv.ParseFloat(m[i], 64)
		return f
	}
	year, month, day := part(1, 0), part(2, 1), part(3, 1)
	hour, minute, second := part(4, 0), part(5, 0), part(6, 0)
	milli := 0.0
	if m[7] != "" {
		milli, _ = strconv.ParseFloat((m[7] + "00")[:3], 64)
	}
	offsetHour, offsetMinute := part(9, 0), part(10, 0)
	midnight := hour == 24 && minute == 0 && second == 0 && milli == 0
	if month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 && !midnight || math.Abs(offsetHour) > 23 || m[9] != "" && m[4] == "" {
		return Number(math.NaN()), nil
	}
	if m[9] != "" && m[9][0] == '-' {
		offsetMinute = -offsetMinute
	}
	t := moment(year, month-1, day, hour, minute, second, milli)
	return Number(t - offsetHour*3_600_000 - offsetMinute*60_000), nil
}

// plainISO reads the form that $fromMillis writes, 2006-01-02T15:04:05.000Z,
// without a regular expression: it is by far the most frequent.
func plainISO(s string) (float64, bool) {
	const form = "0000-00-00T00:00:00.000Z"
	if len(s) != len(form) {
		return 0, false
	}
	var n [24]int
	for i := range len(form) {
		if form[i] == '0' {
			n[i] = int(s[i]) - '0'
			if n[i] < 0 || n[i] > 9 {
				return 0, false
			}
		} else if s[i] != form[i] {
			return 0, false
		}
	}
	two := func(i int) int { return n[i]*10 + n[i+1] }
	month, day, hour := two(5), two(8), two(11)
	if month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || n[14] > 5 || n[17] > 5 {
		return 0, false
	}
	days := dayNumber(int64(two(0)*100+two(2)), int64(month), 1) + int64(day) - 1
	ms := ((int64(hour)*60+int64(two(14)))*60+int64(two(17)))*1000 + int64(n[20]*100+two(21))
	return float64(days*millisPerDay + ms), true
}
