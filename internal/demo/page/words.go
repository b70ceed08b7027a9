package page

import (
	"fmt"
	"html/template"
	"math"
	"strconv"
	"strings"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/demo/report"
	"github.com/senda-dev/senda/internal/guard"
	"github.com/senda-dev/senda/internal/money"
)

// words are what templates say things with.
var words = template.FuncMap{
	"n": number, "pct": percent, "date": func(t time.Time) string { return t.Format("2 January 2006") },
	"short": func(t time.Time) string { return t.Format("2 Jan") }, "until": until,
	"dollars": dollars, "whole": func(minor float64) string { return "$" + count(int64(math.Round(minor/100))) }, "spell": spell, "cents": func(m money.Money) string { return dollars(float64(m.Minor)) },
	"kb": kilobytes, "share": func(hundredths int) string { return trim(float64(hundredths)/100) + "%" },
	"signed": func(f float64) string { return signed(math.Round(f*100) / 100) }, "float": func(digits int, f float64) string { return strconv.FormatFloat(f, 'f', digits, 64) },
}

// number is count for whatever whole number a template has.
func number(v any) string {
	switch v := v.(type) {
	case int:
		return count(v)
	case int64:
		return count(v)
	}
	return fmt.Sprint(v)
}

// count writes a number with a comma every three digits.
func count[T int | int64](n T) string {
	s := strconv.FormatInt(int64(n), 10)
	start := 0
	if n < 0 {
		start = 1
	}
	for i := len(s) - 3; i > start; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// spell writes small numbers as words.
func spell(n int) string {
	names := []string{"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"}
	if n >= 0 && n < len(names) {
		return names[n]
	}
	return count(n)
}

func percent(part, whole int) string {
	if whole == 0 {
		return "–"
	}
	p := 100 * float64(part) / float64(whole)
	if p > 0 && p < 1 {
		return strconv.FormatFloat(p, 'f', 1, 64) + " %"
	}
	return strconv.FormatFloat(p, 'f', 0, 64) + " %"
}

// dollars writes minor units as dollars; above a thousand without cents.
func dollars(minor float64) string {
	sign := ""
	if minor < 0 {
		sign, minor = "−", -minor
	}
	whole := minor / 100
	if whole >= 1000 {
		return sign + "$" + count(int64(math.Round(whole)))
	}
	return sign + "$" + strconv.FormatFloat(whole, 'f', 2, 64)
}

func kilobytes(b int) string {
	if b >= 1<<20 {
		return strconv.FormatFloat(float64(b)/(1<<20), 'f', 0, 64) + " MB"
	}
	return strconv.FormatFloat(float64(b)/1024, 'f', 1, 64) + " KB"
}

func trim(f float64) string {
	return strings.TrimSuffix(strings.TrimRight(strconv.FormatFloat(f, 'f', 2, 64), "0"), ".")
}

// reason says in words why a mail did not leave.
func reason(g senda.Guard) string {
	switch g {
	case senda.GuardErased:
		return "asked to be forgotten"
	case senda.GuardDead:
		return "no address, or one that bounced"
	case senda.GuardComplained:
		return "reported a mail of ours as abuse"
	case senda.GuardExcluded:
		return "on an exclusion list"
	case senda.GuardWithdrawn:
		return "withdrew, or refused from the start"
	case senda.GuardBasis:
		return "never agreed, and is no customer of ours"
	case senda.GuardSunset:
		return "no sign of life for a year"
	case senda.GuardCare:
		return "customer care has an open case"
	case senda.GuardArm:
		return "held out, and a later guard refused as well"
	case senda.GuardStopped:
		return "the journey was stopped"
	case senda.GuardExpired:
		return "it came too late to be of use"
	case senda.GuardCap:
		return "had enough mail of the family"
	case senda.GuardQuiet:
		return "no allowed hour came in time"
	}
	return strings.ReplaceAll(string(g), "-", " ")
}

func owner(g senda.Guard) string {
	if g == "cannot-be-made" {
		return "whoever wrote the mail"
	}
	return guard.Owner(g)
}

// nobody says why people got no mail at all.
func nobody(lost string) string {
	if lost == report.LostBefore {
		return "left before any mail was due"
	}
	return reason(senda.Guard(lost))
}

func px(f float64) string { return strings.TrimSuffix(fmt.Sprintf("%.2f", f), ".00") }
