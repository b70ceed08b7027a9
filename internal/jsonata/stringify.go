package jsonata

import (
	"math"
	"strconv"
)

func fnString(r *run, a []Value) (Value, error) {
	return r.stringOf(a[0], a[1].Bool())
}

// stringOf is $string: numbers keep 15 significant digits and functions are
// empty strings.
func (r *run) stringOf(v Value, pretty bool) (Value, error) {
	switch v.k {
	case KindNothing, KindString:
		return v, nil
	case KindFunction:
		return String(""), nil
	case KindNumber:
		if f := v.Num(); math.IsNaN(f) || math.IsInf(f, 0) {
			return Nothing, fail("D3001", "string", v, "%s cannot be a string", numberString(f))
		}
	case KindArray:
		if v.n&markOuter != 0 {
			v = v.At(0)
		}
	default:
	}
	w := stringWriter{r: r}
	if pretty {
		w.newline = "\n"
	}
	if err := w.write(v); err != nil {
		return Nothing, err
	}
	return r.str(string(w.b))
}

type stringWriter struct {
	r       *run
	b       []byte
	newline string // a line break and the indentation, "" for none
}

func (w *stringWriter) write(v Value) error {
	switch v.k {
	case KindNumber:
		f := v.Num()
		if ok, err := numeric(f); !ok {
			w.b = append(w.b, "null"...)
			return err
		}
		w.b = appendNumber(w.b, fifteenDigits(f))
		return nil
	case KindFunction:
		w.b = append(w.b, '"', '"')
		return nil
	case KindArray:
		return w.list('[', ']', v.Len(), func(i int) error { return w.write(v.items()[i]) })
	case KindObject:
		return w.list('{', '}', v.Len(), func(i int) error {
			m := &v.members()[i]
			w.b = append(appendQuoted(w.b, m.Key), ':')
			if w.newline != "" {
				w.b = append(w.b, ' ')
			}
			return w.write(m.Value)
		})
	default:
		w.b = v.AppendJSON(w.b)
		return nil
	}
}

func (w *stringWriter) list(open, shut byte, n int, item func(int) error) error {
	w.b = append(w.b, open)
	outer := w.newline
	if outer != "" {
		w.newline += "  "
	}
	for i := range n {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		w.b = append(w.b, w.newline...)
		// What is written is bounded before it is built, for the same array
		// may stand in a value many times.
		if int64(len(w.b)) > w.r.bytes {
			return w.r.spend(len(w.b))
		}
		if err := w.r.tick(1); err != nil {
			return err
		}
		if err := item(i); err != nil {
			return err
		}
	}
	w.newline = outer
	if n > 0 {
		w.b = append(w.b, outer...)
	}
	w.b = append(w.b, shut)
	return nil
}

// fifteenDigits is Number(x.toPrecision(15)).
func fifteenDigits(f float64) float64 {
	if a := math.Abs(f); a < 1e15 && a == math.Trunc(a) {
		return f
	}
	g, _ := strconv.ParseFloat(strconv.FormatFloat(f, 'e', 14, 64), 64)
	return g
}
