package jsonata

import (
	"math"
	"regexp"
	"strings"
)

var (
	cardinals = strings.Fields("Zero One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve Thirteen Fourteen Fifteen Sixteen Seventeen Eighteen Nineteen")
	ordinals  = strings.Fields("Zeroth First Second Third Fourth Fifth Sixth Seventh Eighth Ninth Tenth Eleventh Twelfth Thirteenth Fourteenth Fifteenth Sixteenth Seventeenth Eighteenth Nineteenth")
	tens      = strings.Fields("Twenty Thirty Forty Fifty Sixty Seventy Eighty Ninety")
	powers    = strings.Fields("Thousand Million Billion Trillion")
)

// words writes a number in English, each word with a capital.
func words(x float64, ordinal bool) string { return wordsAfter(x, false, ordinal) }

// wordsAfter writes what follows a larger part of the number when after is set.
func wordsAfter(x float64, after, ordinal bool) string {
	lead := func(s string) string {
		if after {
			return s
		}
		return ""
	}
	switch {
	case math.IsInf(x, 0) || math.IsNaN(x):
		return numberString(x)
	case x <= 19:
		list := cardinals
		if ordinal {
			list = ordinals
		}
		return lead(" and ") + list[int(x)]
	case x < 100:
		s := lead(" and ") + tens[int(x)/10-2]
		if rest := math.Mod(x, 10); rest > 0 {
			return s + "-" + wordsAfter(rest, false, ordinal)
		}
		if ordinal {
			return s[:len(s)-1] + "ieth"
		}
		return s
	case x < 1000:
		s := lead(", ") + cardinals[int(x)/100] + " Hundred"
		return s + wordsRest(math.Mod(x, 100), ordinal)
	}
	power := min(int(math.Floor(math.Log10(x)/3)), len(powers))
	factor := math.Pow(10, float64(power*3))
	mantissa := math.Floor(x / factor)
	s := lead(", ") + wordsAfter(mantissa, false, false) + " " + powers[power-1]
	return s + wordsRest(x-mantissa*factor, ordinal)
}

func wordsRest(rest float64, ordinal bool) string {
	switch {
	case rest > 0:
		return wordsAfter(rest, true, ordinal)
	case ordinal:
		return "th"
	}
	return ""
}

// wordValues holds what each word, in lower case, counts.
var wordValues = func() map[string]float64 {
	out := map[string]float64{}
	for i := range cardinals {
		out[strings.ToLower(cardinals[i])] = float64(i)
		out[strings.ToLower(ordinals[i])] = float64(i)
	}
	for i, w := range append(tens[:len(tens):len(tens)], "Hundred") {
		w = strings.ToLower(w)
		out[w] = float64((i + 2) * 10)
		out[w[:len(w)-1]+"ieth"] = out[w]
	}
	out["hundredth"] = 100
	for i, w := range powers {
		w = strings.ToLower(w)
		out[w] = math.Pow(10, float64(3*(i+1)))
		out[w+"th"] = out[w]
	}
	return out
}()

var betweenWords = regexp.MustCompile(`,\s|\sand\s|[\s\\-]`)

// readWords reads what words wrote; an unknown word makes it NaN.
func readWords(s string) float64 {
	segments := []float64{0}
	for _, word := range betweenWords.Split(s, -1) {
		v, ok := wordValues[word]
		if !ok {
			return math.NaN()
		}
		last := len(segments) - 1
		if v >= 100 {
			segments[last] *= v
			continue
		}
		if segments[last] >= 1000 {
			segments = append(segments, v)
		} else {
			segments[last] += v
		}
	}
	total := 0.0
	for _, v := range segments {
		total += v
	}
	return total
}
