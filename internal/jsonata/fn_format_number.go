package jsonata

import (
	"math"
	"math/big"
	"slices"
	"strings"
	"unicode/utf16"
)

// numberSigns are the characters that $formatNumber reads and writes; options
// may replace them (XPath functions 3.1, section 4.7).
type numberSigns struct {
	decimal, grouping, exponent, minus  string
	percent, perMille, zero, digit, cut string
}

func signsOf(options Value) numberSigns {
	get := func(key, otherwise string) string {
		if v := options.Get(key); v.k == KindString {
			return v.Str()
		}
		return otherwise
	}
	return numberSigns{
		decimal: get("decimal-separator", "."), grouping: get("grouping-separator", ","),
		exponent: get("exponent-separator", "e"), minus: get("minus-sign", "-"),
		percent: get("percent", "%"), perMille: get("per-mille", "\u2030"),
		zero: get("zero-digit", "0"), digit: get("digit", "#"), cut: get("pattern-separator", ";"),
	}
}

// isDigit says whether c belongs to the ten digits from the zero digit on.
func (s *numberSigns) isDigit(c string) bool {
	if c == "" || s.zero == "" {
		return false
	}
	d := firstUnit(c) - firstUnit(s.zero)
	return d >= 0 && d < 10
}

func (s *numberSigns) isActive(c string) bool {
	return s.isDigit(c) || c == s.decimal || c == s.exponent || c == s.grouping || c == s.digit || c == s.cut
}

func firstUnit(s string) int { return int(utf16.Encode([]rune(s))[0]) }

// chars cuts a picture into characters.
func chars(s string) []string { return strings.Split(s, "") }

func (s *numberSigns) count(part string, also string) int {
	n := 0
	for _, c := range chars(part) {
		if s.isDigit(c) || also != "" && c == also {
			n++
		}
	}
	return n
}

// subPicture is a picture in its parts.
type subPicture struct {
	text, prefix, suffix, active string
	mantissa, exponent           string
	hasExponent                  bool
	integer, fraction            string
}

func (s *numberSigns) split(text string) subPicture {
	p := subPicture{text: text}
	list := chars(text)
	first, last := -1, -1
	for i, c := range list {
		if s.isActive(c) && c != s.exponent {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	if first < 0 {
		p.prefix = text // no digit at all: the check says so
		return p
	}
	p.prefix, p.suffix = strings.Join(list[:first], ""), strings.Join(list[last+1:], "")
	p.active = text[len(p.prefix) : len(text)-len(p.suffix)]
	at := strings.Index(text[len(p.prefix):], s.exponent)
	p.mantissa = p.active
	if at >= 0 && at <= len(p.active) {
		at += len(p.prefix)
		// The reference cuts the active part at an offset that counts from
		// the beginning of the picture; so does Step Functions.
		if at > len(p.active) {
			p.mantissa = p.active
		} else {
			p.mantissa = p.active[:at]
		}
		p.hasExponent = true
		p.exponent = p.active[min(at+1, len(p.active)):]
	}
	before, after, found := strings.Cut(p.mantissa, s.decimal)
	p.integer, p.fraction = before, after
	if !found {
		p.fraction = p.suffix
	}
	return p
}

// check returns the code of what is wrong with a picture; of several faults it
// is the last, as in the reference.
func (s *numberSigns) check(p *subPicture) (code string) {
	text := p.text
	twice := func(c string) bool { return strings.Index(text, c) != strings.LastIndex(text, c) }
	set := func(bad bool, c string) {
		if bad {
			code = c
		}
	}
	set(twice(s.decimal), "D3081")
	set(twice(s.percent), "D3082")
	set(twice(s.perMille), "D3083")
	set(strings.Contains(text, s.percent) && strings.Contains(text, s.perMille), "D3084")
	set(s.count(p.mantissa, s.digit) == 0, "D3085")
	for _, c := range chars(p.active) {
		set(!s.isActive(c), "D3086")
	}
	if at := strings.Index(text, s.decimal); at >= 0 {
		set(strings.HasSuffix(text[:at], s.grouping) || strings.HasPrefix(text[at+len(s.decimal):], s.grouping), "D3087")
	} else {
		set(strings.HasSuffix(p.integer, s.grouping), "D3088")
	}
	set(strings.Contains(text, s.grouping+s.grouping), "D3089")
	if at := strings.Index(p.integer, s.digit); at >= 0 {
		set(s.count(p.integer[:at], "") > 0, "D3090")
	}
	if at := strings.LastIndex(p.fraction, s.digit); at >= 0 {
		set(s.count(p.fraction[at:], "") > 0, "D3091")
	}
	relative := strings.Contains(text, s.percent) || strings.Contains(text, s.perMille)
	set(p.hasExponent && p.exponent != "" && relative, "D3092")
	set(p.hasExponent && (p.exponent == "" || s.count(p.exponent, "") < len(chars(p.exponent))), "D3093")
	return code
}

var pictureFaults = map[string]string{
	"D3080": "a picture has at most two parts, for numbers from 0 on and for negative ones",
	"D3081": "a part of the picture has more than one decimal separator",
	"D3082": "a part of the picture has more than one percent sign",
	"D3083": "a part of the picture has more than one per-mille sign",
	"D3084": "a part of the picture has both a percent and a per-mille sign",
	"D3085": "a part of the picture needs a digit, 0 or #",
	"D3086": "a part of the picture has a sign without meaning between its digits",
	"D3087": "a grouping separator stands beside the decimal separator",
	"D3088": "a grouping separator stands at the end of the integer part",
	"D3089": "two grouping separators stand side by side",
	"D3090": "in the integer part # must come before 0",
	"D3091": "in the fractional part 0 must come before #",
	"D3092": "a picture with percent or per-mille cannot have an exponent",
	"D3093": "the exponent of the picture must be digits only",
}

// numberFormat is what a picture says about the number.
type numberFormat struct {
	subPicture
	groups         []int // positions of separators, digits to their right
	regular        int   // their one distance, 0 when they have none
	fractionGroups []int
	minInteger     int
	scaling        int
	minFraction    int
	maxFraction    int
	minExponent    int
}

func (s *numberSigns) analyse(p subPicture) numberFormat {
	f := numberFormat{subPicture: p}
	f.groups = s.positions(p.integer, p.integer, false)
	f.regular = regularDistance(f.groups)
	f.fractionGroups = s.positions(p.fraction, p.integer, true)
	f.minInteger = s.count(p.integer, "")
	f.scaling = f.minInteger
	f.minFraction, f.maxFraction = s.count(p.fraction, ""), s.count(p.fraction, s.digit)
	if f.minInteger == 0 && f.maxFraction == 0 {
		if p.hasExponent {
			f.minFraction, f.maxFraction = 1, 1
		} else {
			f.minInteger = 1
		}
	}
	if p.hasExponent && f.minInteger == 0 && strings.Contains(p.integer, s.digit) {
		f.minInteger = 1
	}
	if f.minInteger == 0 && f.minFraction == 0 {
		f.minFraction = 1
	}
	if p.hasExponent {
		f.minExponent = s.count(p.exponent, "")
	}
	return f
}

// positions finds the separators of a part. After the first the reference goes
// on searching in the integer part, whichever part it is in.
func (s *numberSigns) positions(part, integer string, toLeft bool) []int {
	var out []int
	text := part
	at := strings.Index(text, s.grouping)
	for at >= 0 && s.grouping != "" && len(out) < len(part)+len(integer) {
		side := part[min(at, len(part)):]
		if toLeft {
			side = part[:min(at, len(part))]
		}
		out = append(out, s.count(side, s.digit))
		next := -1
		if at+1 <= len(integer) {
			next = strings.Index(integer[at+1:], s.grouping)
		}
		if next < 0 {
			break
		}
		at += 1 + next
	}
	return out
}

// regularDistance is the distance between separators when it is everywhere the
// same, else 0.
func regularDistance(positions []int) int {
	if len(positions) == 0 {
		return 0
	}
	factor := positions[0]
	for _, p := range positions[1:] {
		for a, b := factor, p; ; a, b = b, a%b {
			if b == 0 {
				factor = a
				break
			}
		}
	}
	for i := 1; i <= len(positions); i++ {
		found := false
		for _, p := range positions {
			found = found || p == i*factor
		}
		if !found {
			return 0
		}
	}
	return factor
}

func fnFormatNumber(r *run, a []Value) (Value, error) {
	if a[0].k == KindNothing {
		return Nothing, nil
	}
	s := signsOf(a[2])
	pictures := strings.Split(textOf(a[1]), s.cut)
	if len(pictures) > 2 {
		return Nothing, fail("D3080", "formatNumber", a[1], "%s", pictureFaults["D3080"])
	}
	formats := make([]numberFormat, 0, 2)
	for _, text := range pictures {
		p := s.split(text)
		if code := s.check(&p); code != "" {
			return Nothing, fail(code, "formatNumber", a[1], "%s", pictureFaults[code])
		}
		formats = append(formats, s.analyse(p))
	}
	if len(formats) == 1 {
		negative := formats[0]
		negative.prefix = s.minus + negative.prefix
		formats = append(formats, negative)
	}
	x := a[0].Num()
	f := &formats[0]
	if !(x >= 0) {
		f = &formats[1]
	}
	text, err := s.format(r, x, f)
	if err != nil {
		return Nothing, err
	}
	return r.str(text)
}

func (s *numberSigns) format(r *run, x float64, f *numberFormat) (string, error) {
	if strings.Contains(f.text, s.percent) {
		x *= 100
	} else if strings.Contains(f.text, s.perMille) {
		x *= 1000
	}
	mantissa, exponent := x, 0
	if f.minExponent > 0 {
		low, high := math.Pow(10, float64(f.scaling-1)), math.Pow(10, float64(f.scaling))
		// The reference would never end for 0 and for negative numbers; we
		// scale by the absolute value and leave 0 alone.
		for mantissa != 0 && math.Abs(mantissa) < low {
			mantissa *= 10
			exponent--
		}
		for math.Abs(mantissa) > high && !math.IsInf(mantissa, 0) {
			mantissa /= 10
			exponent++
		}
	}
	if f.maxFraction > 100 { // JavaScript's toFixed goes no further
		return "", fail("D3085", "formatNumber", Nothing, "a picture can have at most 100 digits after the decimal separator")
	}
	digits := fixed(round(mantissa, float64(f.maxFraction)), f.maxFraction)
	integer, fraction, _ := strings.Cut(digits, ".")
	integer, fraction = strings.TrimLeft(integer, "0"), strings.TrimRight(fraction, "0")
	if n := f.minInteger - len(integer); n > 0 {
		integer = strings.Repeat("0", n) + integer
	}
	if n := f.minFraction - len(fraction); n > 0 {
		fraction += strings.Repeat("0", n)
	}
	if err := r.spend(4 * (len(integer) + len(fraction))); err != nil {
		return "", err
	}
	out := s.group(integer, f)
	if strings.Contains(f.text, s.decimal) && fraction != "" {
		out += s.decimal + s.groupFraction(fraction, f)
	}
	if f.minExponent > 0 {
		e := fixed(float64(exponent), 0)
		if n := f.minExponent - len(e); n > 0 {
			e = strings.Repeat("0", n) + e
		}
		out += s.exponent
		if exponent < 0 {
			out += s.minus
		}
		out += s.digits(e)
	}
	return f.prefix + out + f.suffix, nil
}

// fixed is Math.abs(x).toFixed(places): exact decimal digits below 1e21.
func fixed(x float64, places int) string {
	x = math.Abs(x)
	if math.IsNaN(x) || math.IsInf(x, 0) || x >= 1e21 {
		return numberString(x)
	}
	// toFixed rounds half up on the exact value; FormatFloat rounds half to
	// even, which differs where the value lies exactly between two.
	v := new(big.Float).SetPrec(2000).SetFloat64(x)
	scale := new(big.Float).SetPrec(2000).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil))
	v.Mul(v, scale).Add(v, big.NewFloat(0.5))
	n, _ := v.Int(nil)
	text := n.String()
	if places == 0 {
		return text
	}
	if len(text) <= places {
		text = strings.Repeat("0", places+1-len(text)) + text
	}
	return text[:len(text)-places] + "." + text[len(text)-places:]
}

// digits writes ASCII digits in the family of the zero digit.
func (s *numberSigns) digits(text string) string {
	if s.zero == "0" {
		return text
	}
	var b strings.Builder
	for _, c := range text {
		if c >= '0' && c <= '9' {
			c = rune(firstUnit(s.zero)) + c - '0'
		}
		b.WriteRune(c)
	}
	return b.String()
}

func (s *numberSigns) group(integer string, f *numberFormat) string {
	list := chars(s.digits(integer))
	if integer == "" {
		list = nil
	}
	if f.regular > 0 {
		var b strings.Builder
		for i, c := range list {
			if right := len(list) - i; i > 0 && right%f.regular == 0 {
				b.WriteString(s.grouping)
			}
			b.WriteString(c)
		}
		return b.String()
	}
	// The reference cuts the text before its decimal separator is taken off,
	// and JavaScript counts a negative place from the end of that text.
	list = append(list, s.decimal)
	point := len(list) - 1
	for _, right := range f.groups {
		at := point - right
		if at < 0 {
			at = max(0, len(list)+at)
		}
		list = slices.Insert(list, at, s.grouping)
		point++
	}
	text := strings.Join(list, "")
	if at := strings.LastIndex(text, s.decimal); at >= 0 {
		text = text[:at] + text[at+len(s.decimal):]
	}
	return text
}

func (s *numberSigns) groupFraction(fraction string, f *numberFormat) string {
	out := chars(s.digits(fraction))
	for _, n := range f.fractionGroups {
		if n <= len(out) {
			out = append(out[:n:n], append([]string{s.grouping}, out[n:]...)...)
		}
	}
	return strings.Join(out, "")
}
