package liquid

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// A locale says how a language writes numbers, money and dates. The rules follow
// Unicode CLDR 46 (numbers.decimalFormats, currencyFormats, dates.gregorian);
// English follows British order, as the shops that use it here sell in Europe.
type locale struct {
	decimal, group string
	groupFrom      int // digits before the point from which groups are cut
	symbolFirst    bool
	percentGap     string
	months, days   []string
	long           string // d day, m month's name, y year
	weekday        string // w weekday, l the long form
	month          string // month's name and year
	short          string // time.Format layout
}

// thin is the gap that keeps an amount and its sign on one line.
const gap = "\u00a0"

func words(s string) []string { return strings.Fields(s) }

var locales = map[string]*locale{
	"en": {
		decimal: ".", group: ",", groupFrom: 4, symbolFirst: true,
		months: words("January February March April May June July August September October November December"),
		days:   words("Sunday Monday Tuesday Wednesday Thursday Friday Saturday"),
		long:   "d m y", weekday: "w l", month: "m y", short: "02/01/2006",
	},
	"es": {
		decimal: ",", group: ".", groupFrom: 5, percentGap: gap,
		months: words("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
		days:   words("domingo lunes martes miércoles jueves viernes sábado"),
		long:   "d de m de y", weekday: "w, l", month: "m de y", short: "2/1/2006",
	},
	"ca": {
		decimal: ",", group: ".", groupFrom: 5, percentGap: gap,
		months: words("gener febrer març abril maig juny juliol agost setembre octubre novembre desembre"),
		days:   words("diumenge dilluns dimarts dimecres dijous divendres dissabte"),
		long:   "d m y", weekday: "w, l", month: "m y", short: "2/1/2006",
	},
	"de": {
		decimal: ",", group: ".", groupFrom: 4, percentGap: gap,
		months: words("Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
		days:   words("Sonntag Montag Dienstag Mittwoch Donnerstag Freitag Samstag"),
		long:   "d. m y", weekday: "w, l", month: "m y", short: "02.01.2006",
	},
	"fr": {
		decimal: ",", group: "\u202f", groupFrom: 4, percentGap: "\u202f",
		months: words("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
		days:   words("dimanche lundi mardi mercredi jeudi vendredi samedi"),
		long:   "d m y", weekday: "w l", month: "m y", short: "02/01/2006",
	},
	"it": {
		decimal: ",", group: ".", groupFrom: 5,
		months: words("gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"),
		days:   words("domenica lunedì martedì mercoledì giovedì venerdì sabato"),
		long:   "d m y", weekday: "w l", month: "m y", short: "02/01/2006",
	},
	"pt": {
		decimal: ",", group: ".", groupFrom: 5,
		months: words("janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"),
		days:   words("domingo segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado"),
		long:   "d de m de y", weekday: "w, l", month: "m de y", short: "02/01/2006",
	},
	"nl": {
		decimal: ",", group: ".", groupFrom: 4, symbolFirst: true,
		months: words("januari februari maart april mei juni juli augustus september oktober november december"),
		days:   words("zondag maandag dinsdag woensdag donderdag vrijdag zaterdag"),
		long:   "d m y", weekday: "w l", month: "m y", short: "02-01-2006",
	},
}

// KnowsLanguage reports whether dates, numbers and money can be written in lang.
func KnowsLanguage(lang string) bool {
	_, ok := locales[base(lang)]
	return ok
}

func base(lang string) string {
	b, _, _ := strings.Cut(lang, "-")
	return strings.ToLower(b)
}

func localeOf(lang string) *locale {
	if l, ok := locales[base(lang)]; ok {
		return l
	}
	return locales["en"]
}

// number writes n with digits decimals, or with as many as it has when digits < 0.
func (l *locale) number(n float64, digits int) string {
	s := strconv.FormatFloat(math.Abs(n), 'f', digits, 64)
	whole, part, _ := strings.Cut(s, ".")
	if len(whole) >= l.groupFrom {
		var b strings.Builder
		for i, c := range whole {
			if i > 0 && (len(whole)-i)%3 == 0 {
				b.WriteString(l.group)
			}
			b.WriteRune(c)
		}
		whole = b.String()
	}
	if part != "" {
		whole += l.decimal + part
	}
	if n < 0 && strings.Trim(s, "0.") != "" {
		return "-" + whole
	}
	return whole
}

func (l *locale) percent(n float64, digits int) string {
	return l.number(n*100, digits) + l.percentGap + "%"
}

// currencySigns are those that every reader of the languages above knows.
var currencySigns = map[string]string{"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥"}

// noCents are the currencies of ISO 4217 without minor unit that shops meet.
var noCents = map[string]bool{"JPY": true, "KRW": true, "CLP": true, "ISK": true, "VND": true, "PYG": true, "XOF": true, "XAF": true}

func (l *locale) money(n float64, currency string) string {
	digits := 2
	if noCents[currency] {
		digits = 0
	}
	amount := l.number(math.Abs(n), digits)
	sign := currencySigns[currency]
	minus := ""
	if n < 0 && strings.Trim(amount, "0.,") != "" {
		minus = "-"
	}
	switch {
	case !l.symbolFirst && sign != "":
		return minus + amount + gap + sign
	case !l.symbolFirst:
		return minus + amount + gap + currency
	case sign == "":
		return minus + currency + gap + amount
	case l == locales["en"]:
		return minus + sign + amount
	}
	return sign + gap + minus + amount
}

// dateForms are the forms that the date filter knows.
var dateForms = []string{"long", "month", "short", "weekday"}

func (l *locale) date(t time.Time, form string) (string, bool) {
	fill := func(pattern string, long string) string {
		var b strings.Builder
		for i, word := range strings.Split(pattern, " ") {
			if i > 0 {
				b.WriteByte(' ')
			}
			switch strings.TrimRight(word, ".,") {
			case "d":
				b.WriteString(strings.Replace(word, "d", strconv.Itoa(t.Day()), 1))
			case "m":
				b.WriteString(l.months[t.Month()-1])
			case "y":
				b.WriteString(strconv.Itoa(t.Year()))
			case "w":
				b.WriteString(strings.Replace(word, "w", l.days[t.Weekday()], 1))
			case "l":
				b.WriteString(long)
			default:
				b.WriteString(word)
			}
		}
		return b.String()
	}
	switch form {
	case "long":
		return fill(l.long, ""), true
	case "month":
		return fill(l.month, ""), true
	case "weekday":
		return fill(l.weekday, fill(l.long, "")), true
	case "short":
		return t.Format(l.short), true
	}
	return "", false
}
