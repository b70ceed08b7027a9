package jsonata

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// dateReader reads dates of one picture.
type dateReader struct {
	pattern *regexp.Regexp
	parts   []dateField
}

// dateField is one group of the pattern; parse is nil for a literal. ok is
// false for a name that is not known.
type dateField struct {
	component byte
	parse     func(s string) (x float64, ok bool)
}

var dateReaders = struct {
	sync.RWMutex
	m map[string]*dateReader
}{m: map[string]*dateReader{}}

func dateReaderOf(picture string) (*dateReader, error) {
	dateReaders.RLock()
	d := dateReaders.m[picture]
	dateReaders.RUnlock()
	if d != nil {
		return d, nil
	}
	p, err := parseDatePicture(picture)
	if err != nil {
		return nil, err
	}
	if d, err = newDateReader(p); err != nil {
		return nil, err
	}
	dateReaders.Lock()
	if len(dateReaders.m) < rememberedPictures {
		dateReaders.m[picture] = d
	}
	dateReaders.Unlock()
	return d, nil
}

func newDateReader(p datePicture) (*dateReader, error) {
	d := &dateReader{}
	var b strings.Builder
	b.WriteString("(?i)^")
	for i := range p {
		pattern, parse, err := p[i].reader()
		if err != nil {
			return nil, err
		}
		b.WriteString("(" + pattern + ")")
		d.parts = append(d.parts, dateField{p[i].component, parse})
	}
	b.WriteByte('$')
	var err error
	if d.pattern, err = regexp.Compile(b.String()); err != nil {
		return nil, fail(codeRegex, "toMillis", Nothing, "the date picture cannot be read: %s", err.Error())
	}
	return d, nil
}

func (d *datePart) reader() (pattern string, parse func(string) (float64, bool), err error) {
	switch {
	case d.component == 0:
		return regexp.QuoteMeta(d.literal), nil, nil
	case d.component == 'Z' || d.component == 'z':
		pattern, parse = d.zoneReader()
		return pattern, parse, nil
	case d.integer != nil:
		pattern, err = d.integer.pattern(d.n)
		return pattern, func(s string) (float64, bool) {
			x, _ := d.integer.parse(s)
			return x, true
		}, err
	}
	names := map[string]float64{}
	short := func(list []string) {
		for i, name := range list {
			if d.hasWidth && d.max > 0 {
				name = name[:min(len(name), clampDigits(d.max))]
			}
			names[name] = float64(i + 1)
		}
	}
	switch d.component {
	case 'M', 'x':
		short(monthNames)
	case 'F':
		short(dayNames)
	case 'P':
		names = map[string]float64{"am": 0, "AM": 0, "pm": 1, "PM": 1}
	default:
		return "", nil, fail("D3133", "toMillis", String(string(d.component)), "only months and days can be read by name, not %q", d.component)
	}
	return "[a-zA-Z]+", func(s string) (float64, bool) {
		x, ok := names[s]
		return x, ok
	}, nil
}

func (d *datePart) zoneReader() (string, func(string) (float64, bool)) {
	pattern, prefix := "[-+][0-9]+", 0
	if d.component == 'z' {
		pattern, prefix = "GMT"+pattern, len("GMT")
	}
	sep := ""
	if d.integer.regular {
		sep = d.integer.separators[0].character
		pattern += regexp.QuoteMeta(sep) + "[0-9]+"
	}
	return pattern, func(s string) (float64, bool) {
		s = s[prefix:]
		if sep != "" {
			hours, minutes, _ := strings.Cut(s, sep)
			return parseInt(hours)*60 + parseInt(minutes), true
		}
		if len(s) <= 3 {
			return parseInt(s) * 60, true
		}
		return parseInt(s[:3])*60 + parseInt(s[3:]), true
	}
}

// pattern is the regular expression of an integer; n is how many digits it has
// in a date, or not positive for any number of them.
func (p *integerPicture) pattern(n float64) (string, error) {
	switch p.numbering {
	case inLetters:
		if p.letters == upper {
			return "[A-Z]+", nil
		}
		return "[a-z]+", nil
	case inRoman:
		return "[MDCLXVImdclxvi]+", nil
	case inWords:
		return wordsPattern, nil
	case inSequence:
		return "", noSequence(p.token)
	default:
	}
	times := "+"
	if n > 0 {
		most := clampDigits(n)
		times = "{" + strconv.Itoa(most) + "}"
		if p.optional > 0 {
			times = "{" + strconv.Itoa(max(0, most-p.optional)) + "," + strconv.Itoa(most) + "}"
		}
	}
	if p.ordinal {
		return "[0-9]" + times + "(?:th|st|nd|rd)", nil
	}
	return "[0-9]" + times, nil
}

var wordsPattern = func() string {
	var list []string
	for w := range wordValues {
		list = append(list, w)
	}
	// Longer words first, so that "sixty" is not read as "six" and a rest.
	sortByLength(list)
	return "(?:" + strings.Join(append(list, "and", `[\-, ]`), "|") + ")+"
}()

func sortByLength(list []string) {
	for i := range list {
		for j := i; j > 0 && (len(list[j]) > len(list[j-1]) || len(list[j]) == len(list[j-1]) && list[j] < list[j-1]); j-- {
			list[j], list[j-1] = list[j-1], list[j]
		}
	}
}

// parseDate reads a date by a picture; Nothing is a text that does not match.
func (r *run) parseDate(text, picture string) (Value, error) {
	d, err := dateReaderOf(picture)
	if err != nil {
		return Nothing, err
	}
	if err := r.tick(1 + len(text)/64); err != nil {
		return Nothing, err
	}
	m := d.pattern.FindStringSubmatch(text)
	if m == nil {
		return Nothing, nil
	}
	c := dateComponents{}
	for i, part := range d.parts {
		if part.parse == nil {
			continue
		}
		if x, ok := part.parse(m[i+1]); ok {
			c[part.component] = x
		} else {
			c[part.component] = missing
		}
	}
	if len(c) == 0 {
		return Nothing, nil
	}
	t, err := c.millis(r)
	if err != nil {
		return Nothing, err
	}
	return Number(t), nil
}

// dateComponents are what was read. A name that is not known is missing, a
// number that could not be read is NaN.
type dateComponents map[byte]float64

var missing = math.Inf(-1)

func (c dateComponents) has(component byte) bool {
	x, ok := c[component]
	return ok && x != missing
}

// given says whether a component counts for choosing the kind of date: as in
// the reference 0 does not.
func (c dateComponents) given(component byte) bool {
	return c.has(component) && c[component] != 0 && c[component] == c[component]
}

// isType says that of the components in all only some of those in some are
// given, and at least one.
func (c dateComponents) isType(all, some string) bool {
	any := false
	for i := range len(all) {
		if c.given(all[i]) {
			if strings.IndexByte(some, all[i]) < 0 {
				return false
			}
			any = true
		}
	}
	return any
}

func gap() error {
	return fail("D3136", "toMillis", Nothing, "the date picture lacks components that are needed to know the moment")
}

// millis finds the moment. What stands to the left of the components that were
// read is taken from the clock, what stands to the right is the first or zero;
// nothing may lack in between.
func (c dateComponents) millis(r *run) (float64, error) {
	const dates, times = "YXMxWwdD", "PHhmsf"
	dateA := c.isType(dates, "YMD")
	dateB := !dateA && c.isType(dates, "Yd")
	dateC := c.isType(dates, "XxwF")
	dateD := !dateC && c.isType(dates, "XWF")
	timeA := c.isType(times, "Hmsf")
	timeB := !timeA && c.isType(times, "Phmsf")
	order := "YMD"
	switch {
	case dateB:
		order = "YD"
	case dateC:
		order = "XxwF"
	case dateD:
		order = "XWF"
	}
	if timeB {
		order += "Phmsf"
	} else {
		order += "Hmsf"
	}
	if err := c.fill(r, order); err != nil {
		return 0, err
	}
	if c['M'] > 0 {
		c['M']--
	} else {
		c['M'] = 0
	}
	if dateB {
		d := dateOf(dateUTC(c['Y'], 0, 1, 0, 0, 0, 0) + (c['d']-1)*millisPerDay)
		c['M'], c['D'] = d.month, d.day
	}
	if dateC || dateD {
		return 0, gap() // weeks cannot be read by the reference either
	}
	if timeB {
		c['H'] = c['h']
		if c['h'] == 12 {
			c['H'] = 0
		}
		if c['P'] == 1 {
			c['H'] += 12
		}
	}
	t := dateUTC(c['Y'], c['M'], c['D'], c['H'], c['m'], c['s'], c['f'])
	for _, zone := range [...]byte{'Z', 'z'} {
		if c.given(zone) {
			return t - c[zone]*60_000, nil
		}
	}
	return t, nil
}

func (c dateComponents) fill(r *run, order string) error {
	started, ended := false, false
	for i := range len(order) {
		part := order[i]
		switch {
		case c.has(part):
			started = true
			if ended {
				return gap()
			}
		case started:
			c[part] = 0
			if strings.IndexByte("MDd", part) >= 0 {
				c[part] = 1
			}
			ended = true
		default:
			now, err := r.now("toMillis")
			if err != nil {
				return err
			}
			c[part] = dateOf(now).fragment(part)
		}
	}
	return nil
}
