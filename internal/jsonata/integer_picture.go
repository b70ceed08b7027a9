package jsonata

import (
	"math"
	"slices"
	"strings"
)

type letterCase uint8

const (
	lower letterCase = iota
	upper
	title
)

type numbering uint8

const (
	inDecimal numbering = iota
	inLetters
	inRoman
	inWords
	inSequence // of some other kind, which the reference does not know either
)

// integerPicture says how an integer is written (XPath functions 3.1, 4.6).
type integerPicture struct {
	numbering numbering
	letters   letterCase
	ordinal   bool
	token     string // the picture of an inSequence

	zero       rune // the digit 0 of the family
	mandatory  int
	optional   int
	separators []separator
	regular    bool // separators has one entry, which repeats
}

type separator struct {
	position  int // digits to its right
	character string
}

// decimalZeros are the zeros of the digit families of the basic plane.
var decimalZeros = []rune{
	0x30, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6, 0x0E50,
	0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620,
	0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
}

func parseIntegerPicture(picture string) (*integerPicture, error) {
	p := &integerPicture{}
	format := picture
	if i := strings.LastIndexByte(picture, ';'); i >= 0 {
		format = picture[:i]
		p.ordinal = strings.HasPrefix(picture[i+1:], "o")
	}
	switch format {
	case "A", "a":
		p.numbering = inLetters
	case "I", "i":
		p.numbering = inRoman
	case "W", "w", "Ww":
		p.numbering = inWords
	default:
		return p, p.digits(format)
	}
	if format[0] < 'a' {
		p.letters = upper
	}
	if format == "Ww" {
		p.letters = title
	}
	return p, nil
}

func (p *integerPicture) digits(format string) error {
	position := 0
	runes := []rune(format)
	for _, c := range slices.Backward(runes) {
		zero := rune(-1)
		for _, z := range decimalZeros {
			if c >= z && c <= z+9 {
				zero = z
			}
		}
		switch {
		case zero >= 0:
			if p.mandatory > 0 && zero != p.zero {
				return fail("D3131", "", String(format), "all digits of a picture must be of one family: %s", format)
			}
			p.zero = zero
			p.mandatory++
			position++
		case c == '#':
			p.optional++
			position++
		default:
			p.separators = append(p.separators, separator{position, string(c)})
		}
	}
	if p.mandatory == 0 {
		p.numbering, p.token, p.separators = inSequence, format, nil
		return nil
	}
	if n := p.distance(); n > 0 {
		p.regular = true
		p.separators = []separator{{n, p.separators[0].character}}
	}
	return nil
}

// distance is that of the separators when they are all alike and evenly apart.
func (p *integerPicture) distance() int {
	positions := make([]int, len(p.separators))
	for i, s := range p.separators {
		if s.character != p.separators[0].character {
			return 0
		}
		positions[i] = s.position
	}
	return regularDistance(positions)
}

func noSequence(token string) error {
	return fail("D3130", "", String(token), "numbers cannot be written or read as a sequence that begins with %s", token)
}

func fnFormatInteger(r *run, a []Value) (Value, error) {
	if a[0].k == KindNothing {
		return Nothing, nil
	}
	p, err := parseIntegerPicture(textOf(a[1]))
	if err != nil {
		return Nothing, err
	}
	s, err := p.format(math.Floor(a[0].Num()))
	if err != nil {
		return Nothing, err
	}
	return r.str(s)
}

// format writes an integer.
func (p *integerPicture) format(x float64) (string, error) {
	negative := x < 0
	x = math.Abs(x)
	if math.IsInf(x, 0) {
		e := fail("D1001", "", Number(x), "number out of range: %s", numberString(x))
		return "", e
	}
	var s string
	switch p.numbering {
	case inLetters:
		s = lettersOf(x)
	case inRoman:
		if x > maxRoman {
			return "", fail("D3130", "", Number(x), "%s is too large for Roman numerals", numberString(x))
		}
		s = romanOf(x)
	case inWords:
		s = words(x, p.ordinal)
	case inDecimal:
		s = p.decimal(x)
	case inSequence:
		return "", noSequence(p.token)
	}
	switch {
	case p.letters == upper:
		s = strings.ToUpper(s)
	case p.letters == lower && p.numbering == inWords:
		s = strings.ToLower(s)
	}
	if negative {
		s = "-" + s
	}
	return s, nil
}

func (p *integerPicture) decimal(x float64) string {
	digits := numberString(x)
	switch n := p.mandatory - len(digits); {
	case n == 1:
		digits = "0" + digits
	case n > 0:
		digits = strings.Repeat("0", n) + digits
	}
	if p.zero == '0' && len(p.separators) == 0 && !p.ordinal {
		return digits
	}
	list := chars(digits)
	if p.zero != '0' {
		for i, c := range list {
			list[i] = string([]rune(c)[0] + p.zero - '0')
		}
	}
	insert := func(right int, character string) {
		if at := len(list) - right; at >= 0 && at <= len(list) {
			list = slices.Insert(list, at, character)
		} else if at < 0 {
			// JavaScript counts a negative position from the end.
			at = max(0, len(list)+at)
			list = slices.Insert(list, at, character)
		}
	}
	if p.regular {
		step := p.separators[0].position
		for n := (len(list) - 1) / step; n > 0; n-- {
			insert(n*step, p.separators[0].character)
		}
	} else {
		for _, s := range slices.Backward(p.separators) {
			insert(s.position, s.character)
		}
	}
	if p.ordinal {
		list = append(list, ordinalSuffix(list))
	}
	return strings.Join(list, "")
}

func ordinalSuffix(digits []string) string {
	n := len(digits)
	if n > 1 && digits[n-2] == "1" {
		return "th"
	}
	switch digits[n-1] {
	case "1":
		return "st"
	case "2":
		return "nd"
	case "3":
		return "rd"
	}
	return "th"
}

// lettersOf counts a, b ... z, aa, ab ...
func lettersOf(x float64) string {
	var b []byte
	for x > 0 {
		b = append(b, 'a'+byte(math.Mod(x-1, 26)))
		x = math.Floor((x - 1) / 26)
	}
	slices.Reverse(b)
	return string(b)
}

// maxRoman keeps the length of a numeral, one M a thousand, in bounds.
const maxRoman = 10_000_000

var romanNumerals = []struct {
	value float64
	text  string
}{
	{1000, "m"},
	{900, "cm"},
	{500, "d"},
	{400, "cd"},
	{100, "c"},
	{90, "xc"},
	{50, "l"},
	{40, "xl"},
	{10, "x"},
	{9, "ix"},
	{5, "v"},
	{4, "iv"},
	{1, "i"},
}

func romanOf(x float64) string {
	var b strings.Builder
	for _, n := range romanNumerals {
		for ; x >= n.value; x -= n.value {
			b.WriteString(n.text)
		}
	}
	return b.String()
}

func fnParseInteger(_ *run, a []Value) (Value, error) {
	if a[0].k == KindNothing {
		return Nothing, nil
	}
	p, err := parseIntegerPicture(textOf(a[1]))
	if err != nil {
		return Nothing, err
	}
	x, err := p.parse(a[0].Str())
	return Number(x), err
}

// parse reads an integer; NaN is what cannot be read.
func (p *integerPicture) parse(s string) (float64, error) {
	switch p.numbering {
	case inLetters:
		return p.readLetters(s), nil
	case inRoman:
		if p.letters == lower {
			s = strings.ToUpper(s)
		}
		return readRoman(s), nil
	case inWords:
		return readWords(strings.ToLower(s)), nil
	case inSequence:
		return 0, noSequence(p.token)
	default:
	}
	if p.ordinal {
		s = s[:max(0, len(s)-2)]
	}
	if p.regular {
		s = strings.ReplaceAll(s, ",", "")
	} else {
		for _, sep := range p.separators {
			s = strings.ReplaceAll(s, sep.character, "")
		}
	}
	if p.zero != '0' {
		s = strings.Map(func(c rune) rune { return c - p.zero + '0' }, s)
	}
	return parseInt(s), nil
}

func (p *integerPicture) readLetters(s string) float64 {
	first := 'a'
	if p.letters == upper {
		first = 'A'
	}
	total := 0.0
	for _, c := range s {
		total = total*26 + float64(c-first+1)
	}
	return total
}

func readRoman(s string) float64 {
	values := map[byte]float64{'M': 1000, 'D': 500, 'C': 100, 'L': 50, 'X': 10, 'V': 5, 'I': 1}
	total, largest := 0.0, 1.0
	for i := len(s) - 1; i >= 0; i-- {
		v, ok := values[s[i]]
		if !ok {
			return math.NaN()
		}
		if v < largest {
			total -= v
		} else {
			largest = v
			total += v
		}
	}
	return total
}

// parseInt is JavaScript's: leading white space, a sign and digits.
func parseInt(s string) float64 {
	s = strings.TrimLeft(s, " \t\n\v\f\r\u00a0\ufeff\u2028\u2029")
	sign := 1.0
	if s != "" && (s[0] == '-' || s[0] == '+') {
		if s[0] == '-' {
			sign = -1
		}
		s = s[1:]
	}
	n, total := 0, 0.0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		total = total*10 + float64(s[n]-'0')
		n++
	}
	if n == 0 {
		return math.NaN()
	}
	return sign * total
}
