package jsonata

import (
	"math"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// datePicture is a picture of dates in its parts (XPath functions 3.1, 9.8.4).
type datePicture []datePart

// datePart is a literal, or a component with how it is written.
type datePart struct {
	literal   string
	component byte // 0 for a literal
	ordinal   bool
	modifier  byte // the second presentation modifier, 0 for none
	names     bool
	letters   letterCase // of names
	hasWidth  bool
	min, max  float64 // NaN for not given
	integer   *integerPicture
	n         float64 // digits of a year, month or day; -1 for any
	plain     bool    // an integer in ASCII digits without any ornament
}

var defaultPresentation = map[byte]string{
	'Y': "1", 'M': "1", 'D': "1", 'd': "1", 'F': "n", 'W': "1", 'w': "1", 'X': "1", 'x': "1", 'H': "1", 'h': "1",
	'P': "n", 'm': "01", 's': "01", 'f': "1", 'Z': "01:01", 'z': "01:01", 'C': "n", 'E': "n",
}

// datePictures remembers pictures: programs use few, and again and again.
var datePictures = struct {
	sync.RWMutex
	m map[string]datePicture
}{m: map[string]datePicture{}}

const rememberedPictures = 256

func parseDatePicture(picture string) (datePicture, error) {
	datePictures.RLock()
	p, ok := datePictures.m[picture]
	datePictures.RUnlock()
	if ok {
		return p, nil
	}
	p, err := readDatePicture(picture)
	if err != nil {
		return nil, err
	}
	datePictures.Lock()
	if len(datePictures.m) < rememberedPictures {
		datePictures.m[picture] = p
	}
	datePictures.Unlock()
	return p, nil
}

func readDatePicture(picture string) (datePicture, error) {
	var p datePicture
	literal := func(s string) {
		if s != "" {
			p = append(p, datePart{literal: strings.ReplaceAll(s, "]]", "]")})
		}
	}
	start := 0
	for at := 0; at < len(picture); at++ {
		if picture[at] != '[' {
			continue
		}
		literal(picture[start:at])
		if strings.HasPrefix(picture[at+1:], "[") {
			p = append(p, datePart{literal: "["})
			at++
			start = at + 1
			continue
		}
		n := strings.IndexByte(picture[at:], ']')
		if n < 0 {
			return nil, fail("D3135", "", String(picture), "a [ in the date picture has no closing ]")
		}
		part, err := readDatePart(picture[at+1 : at+n])
		if err != nil {
			return nil, err
		}
		p = append(p, part)
		at += n
		start = at + 1
	}
	literal(picture[start:])
	return p, nil
}

func readDatePart(marker string) (datePart, error) {
	marker = strings.Map(func(c rune) rune {
		if unicode.IsSpace(c) {
			return -1
		}
		return c
	}, marker)
	d := datePart{min: math.NaN(), max: math.NaN(), n: -1}
	presentation := ""
	if marker != "" {
		d.component, presentation = marker[0], marker[1:]
	}
	if comma := strings.LastIndexByte(presentation, ','); comma >= 0 {
		d.hasWidth = true
		low, high, _ := strings.Cut(presentation[comma+1:], "-")
		d.min, d.max = parseInt(low), parseInt(high)
		presentation = presentation[:comma]
	}
	switch n := len(presentation); {
	case n == 0:
		presentation = defaultPresentation[d.component]
		if presentation == "" {
			return d, fail("D3132", "", String(string(d.component)), "unknown component %q in the date picture", d.component)
		}
	case n > 1 && strings.IndexByte("atco", presentation[n-1]) >= 0:
		d.modifier = presentation[n-1]
		d.ordinal = d.modifier == 'o'
		presentation = presentation[:n-1]
	}
	return d, d.present(presentation)
}

func (d *datePart) present(presentation string) (err error) {
	is := func(components string) bool { return strings.IndexByte(components, d.component) >= 0 }
	switch {
	case presentation[0] == 'n':
		d.names, d.letters = true, lower
	case presentation[0] == 'N':
		d.names, d.letters = true, upper
		if strings.HasPrefix(presentation[1:], "n") {
			d.letters = title
		}
	case is("YMDdFWwXxHhmsf"):
		pattern := presentation
		if d.modifier != 0 {
			pattern += ";" + string(d.modifier)
		}
		if d.integer, err = parseIntegerPicture(pattern); err != nil {
			return err
		}
		if d.hasWidth && d.min == d.min && float64(d.integer.mandatory) < d.min {
			d.integer.mandatory = clampDigits(d.min)
		}
		p := d.integer
		d.plain = p.numbering == inDecimal && p.zero == '0' && len(p.separators) == 0 && !p.ordinal
		if !is("YMD") {
			break
		}
		if d.hasWidth && d.max == d.max {
			d.n = d.max
			d.integer.mandatory = clampDigits(d.max)
		} else if w := d.integer.mandatory + d.integer.optional; w >= 2 {
			d.n = float64(w)
		}
	}
	if is("Zz") {
		d.integer, err = parseIntegerPicture(presentation)
	}
	return err
}

// clampDigits bounds how far a picture may pad a number.
func clampDigits(n float64) int { return int(math.Max(0, math.Min(n, 1000))) }

var (
	monthNames = strings.Fields("January February March April May June July August September October November December")
	dayNames   = strings.Fields("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
)

const isoPicture = "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]"

func (r *run) formatDate(millis float64, picture, zone Value) (Value, error) {
	if picture.k == KindNothing && zone.k == KindNothing {
		if s, ok := isoText(millis); ok {
			return r.str(s)
		}
	}
	text := isoPicture
	if picture.k == KindString {
		text = picture.Str()
	}
	p, err := parseDatePicture(text)
	if err != nil {
		return Nothing, err
	}
	hours, minutes := 0.0, 0.0
	if zone.k == KindString {
		offset := parseInt(zone.Str())
		// As in the reference, -0530 is taken for minus 6 hours and 30
		// minutes: the hours are rounded down before the minutes are added.
		hours, minutes = math.Floor(offset/100), math.Mod(offset, 100)
	}
	at := dateOf(millis + (60*hours+minutes)*60_000)
	var buf [64]byte
	b := buf[:0]
	for i := range p {
		if p[i].plain {
			b = appendPadded(b, p[i].number(at), p[i].integer.mandatory)
			continue
		}
		s, err := p[i].format(at, hours, minutes)
		if err != nil {
			return Nothing, err
		}
		b = append(b, s...)
	}
	return r.str(string(b))
}

// appendPadded writes an integer of a date with at least so many digits.
func appendPadded(b []byte, x float64, digits int) []byte {
	if !(x >= 0) {
		sign := x < 0
		x = math.Abs(x)
		if sign {
			b = append(b, '-')
		}
	}
	from := len(b)
	b = appendNumber(b, x)
	for n := digits - (len(b) - from); n > 0; n-- {
		b = slices.Insert(b, from, '0')
	}
	return b
}

// isoText writes the default form; years outside of 0 to 9999 go the long way.
func isoText(millis float64) (string, bool) {
	d := dateOf(millis)
	if !(d.year >= 0 && d.year <= 9999) {
		return "", false
	}
	b := []byte("0000-00-00T00:00:00.000Z")
	put := func(end int, x float64) {
		for n := int(x); n > 0; n /= 10 {
			end--
			b[end] = byte('0' + n%10)
		}
	}
	put(4, d.year)
	put(7, d.month+1)
	put(10, d.day)
	put(13, d.hour)
	put(16, d.minute)
	put(19, d.second)
	put(23, d.millisecond)
	return string(b), true
}

func (d *datePart) format(at date, hours, minutes float64) (string, error) {
	switch d.component {
	case 0:
		return d.literal, nil
	case 'Z', 'z':
		return d.formatZone(hours, minutes)
	case 'P':
		s := "am"
		if at.hour >= 12 {
			s = "pm"
		}
		if d.names && d.letters == upper {
			s = strings.ToUpper(s)
		}
		return s, nil
	case 'C', 'E':
		return "ISO", nil
	}
	if !strings.ContainsRune("YMDdFWwXxHhmsf", rune(d.component)) {
		return "undefined", nil // as in the reference
	}
	x := d.number(at)
	if !d.names {
		return d.integer.format(x)
	}
	return d.name(x)
}

// number is the component of a date, of a year only the digits that are shown.
func (d *datePart) number(at date) float64 {
	x := at.fragment(d.component)
	if d.component == 'Y' && d.n != -1 {
		x = math.Mod(x, math.Pow(10, d.n))
	}
	return x
}

func (d *datePart) name(x float64) (string, error) {
	list := dayNames
	switch d.component {
	case 'M', 'x':
		list = monthNames
	case 'F':
	default:
		return "", fail("D3133", "", String(string(d.component)), "only months and days have names, not %q", d.component)
	}
	if !(x >= 1 && x <= float64(len(list))) {
		return "undefined", nil
	}
	s := list[int(x)-1]
	switch d.letters {
	case upper:
		s = strings.ToUpper(s)
	case lower:
		s = strings.ToLower(s)
	default:
	}
	if d.hasWidth && float64(len(s)) > d.max {
		s = s[:int(d.max)]
	}
	return s, nil
}

func (d *datePart) formatZone(hours, minutes float64) (s string, err error) {
	offset := hours*100 + minutes
	switch digits := d.integer.mandatory; {
	case d.integer.regular || digits == 3 || digits == 4:
		s, err = d.integer.format(offset)
	case digits == 1 || digits == 2:
		if s, err = d.integer.format(hours); err == nil && minutes != 0 {
			two, _ := parseIntegerPicture("00")
			var m string
			m, err = two.format(minutes)
			s += ":" + m
		}
	default:
		err = fail("D3134", "", Number(float64(digits)), "the picture of a time zone can have at most four digits")
	}
	if err != nil {
		return "", err
	}
	if offset >= 0 {
		s = "+" + s
	}
	if d.component == 'z' {
		s = "GMT" + s
	}
	if offset == 0 && d.modifier == 't' {
		s = "Z"
	}
	return s, nil
}

// fragment is one component of a date as a number.
func (d date) fragment(component byte) float64 {
	switch component {
	case 'Y':
		return d.year
	case 'M':
		return d.month + 1
	case 'D':
		return d.day
	case 'd':
		return (dateUTC(d.year, d.month, d.day, 0, 0, 0, 0)-dateUTC(d.year, 0, 1, 0, 0, 0, 0))/millisPerDay + 1
	case 'F':
		if d.weekday == 0 {
			return 7
		}
		return d.weekday
	case 'W':
		return d.week(yearMonth{d.year, 0}, yearMonth{d.year + 1, 0}, yearMonth{d.year - 1, 0}, 52)
	case 'w':
		m := yearMonth{d.year, d.month}
		return d.week(m, m.add(1), m.add(-1), 4)
	case 'X':
		return d.inWeeksOf(yearMonth{d.year, 0}, yearMonth{d.year + 1, 0}, d.year, d.year-1, d.year+1)
	case 'x':
		m := yearMonth{d.year, d.month}
		return d.inWeeksOf(m, m.add(1), m.month+1, m.add(-1).month+1, m.add(1).month+1)
	case 'H':
		return d.hour
	case 'h':
		if h := math.Mod(d.hour, 12); h != 0 {
			return h
		}
		return 12
	case 'm':
		return d.minute
	case 's':
		return d.second
	case 'f':
		return d.millisecond
	}
	return math.NaN()
}

// yearMonth is the beginning of a year or of a month, from which weeks count.
type yearMonth struct{ year, month float64 }

func (m yearMonth) add(n float64) yearMonth {
	month := m.month + n
	return yearMonth{m.year + math.Floor(month/12), month - 12*math.Floor(month/12)}
}

// firstWeek is the Monday of the week that holds the first Thursday.
func (m yearMonth) firstWeek() float64 {
	first := dateUTC(m.year, m.month, 1, 0, 0, 0, 0)
	day := dateOf(first).weekday
	if day == 0 {
		day = 7
	}
	if day > 4 {
		return first + (8-day)*millisPerDay
	}
	return first - (day-1)*millisPerDay
}

func (d date) week(of, next, previous yearMonth, most float64) float64 {
	today := dateUTC(d.year, d.month, d.day, 0, 0, 0, 0)
	weeks := func(m yearMonth) float64 { return (today-m.firstWeek())/(7*millisPerDay) + 1 }
	w := weeks(of)
	switch {
	case w > most && today >= next.firstWeek():
		w = 1
	case w < 1:
		w = weeks(previous)
	}
	return math.Floor(w)
}

func (d date) inWeeksOf(of, next yearMonth, here, before, after float64) float64 {
	switch {
	case d.millis < of.firstWeek():
		return before
	case d.millis >= next.firstWeek():
		return after
	}
	return here
}
