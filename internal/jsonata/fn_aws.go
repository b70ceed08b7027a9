package jsonata

import (
	"crypto/md5"  //nolint:gosec // AWS offers it; not used for security here
	"crypto/sha1" //nolint:gosec // likewise
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"math"
)

// The functions that Step Functions adds to JSONata, each in the place of an
// intrinsic function: see "JSONata functions provided by Step Functions" in
// AWS's guide, "Transforming data with JSONata in Step Functions", and for
// limits the page on the intrinsic functions that they replace.

// maxAWSRange is how many numbers States.ArrayRange, and so $range, may give.
const maxAWSRange = 1000

func noChance(name string) error {
	return fail(codeNoChance, name, Nothing, "$%s needs chance, and this evaluation was given none", name)
}

// fnRandom is $random(), and with a seed a number that depends on it alone.
// Which number that is AWS does not say; ours need not be theirs.
func fnRandom(r *run, a []Value) (Value, error) {
	if a[0].k == KindNothing {
		if r.env.Random == nil {
			return Nothing, noChance("random")
		}
		return Number(r.env.Random()), nil
	}
	// One step of SplitMix64 (Steele, Lea, Flood 2014).
	z := math.Float64bits(a[0].Num()) + 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	z ^= z >> 31
	return Number(float64(z>>11) / (1 << 53)), nil
}

func fnUUID(r *run, _ []Value) (Value, error) {
	if r.env.UUID == nil {
		return Nothing, noChance("uuid")
	}
	return String(r.env.UUID()), nil
}

func fnPartition(r *run, a []Value) (Value, error) {
	if a[0].k == KindNothing {
		return Nothing, nil
	}
	size := a[1].Num()
	if size < 1 || size != math.Trunc(size) {
		return Nothing, fail(codeAWS, "partition", a[1], "the size of a part must be a positive integer, not %s", a[1])
	}
	items := a[0].items()
	var out []Value
	for len(items) > 0 {
		n := len(items)
		if size < float64(n) {
			n = int(size)
		}
		part, err := r.array(append(room(n), items[:n]...), 0)
		if err != nil {
			return Nothing, err
		}
		out, items = append(out, part), items[n:]
	}
	return r.array(out, 0)
}

func fnRange(r *run, a []Value) (Value, error) {
	for _, v := range a {
		if v.k == KindNothing {
			return Nothing, nil
		}
		if v.Num() != math.Trunc(v.Num()) || math.IsInf(v.Num(), 0) {
			return Nothing, fail(codeAWS, "range", v, "the arguments of $range must be integers, not %s", v)
		}
	}
	first, last, step := a[0].Num(), a[1].Num(), a[2].Num()
	if step == 0 {
		return Nothing, fail(codeAWS, "range", a[2], "the step of $range must not be 0")
	}
	n := math.Floor((last-first)/step) + 1
	if n > maxAWSRange {
		return Nothing, fail(codeAWS, "range", Number(n), "$range would give %s numbers, more than %d", numberString(n), maxAWSRange)
	}
	var out []Value
	for i := 0.0; i < n; i++ {
		out = append(out, Number(first+i*step))
	}
	return r.array(out, 0)
}

func fnHash(_ *run, a []Value) (Value, error) {
	if a[0].k == KindNothing {
		return Nothing, nil
	}
	data := []byte(a[0].Str())
	var sum []byte
	switch a[1].Str() {
	case "MD5":
		s := md5.Sum(data) //nolint:gosec // see the import
		sum = s[:]
	case "SHA-1":
		s := sha1.Sum(data) //nolint:gosec // see the import
		sum = s[:]
	case "SHA-256":
		s := sha256.Sum256(data)
		sum = s[:]
	case "SHA-384":
		s := sha512.Sum384(data)
		sum = s[:]
	case "SHA-512":
		s := sha512.Sum512(data)
		sum = s[:]
	default:
		return Nothing, fail(codeAWS, "hash", a[1], "$hash knows MD5, SHA-1, SHA-256, SHA-384 and SHA-512, not %s", a[1])
	}
	return String(hex.EncodeToString(sum)), nil
}

func fnParse(r *run, a []Value) (Value, error) {
	if a[0].k == KindNothing {
		return Nothing, nil
	}
	if err := r.spend(4 * len(a[0].Str())); err != nil {
		return Nothing, err
	}
	v, err := ParseJSON([]byte(a[0].Str()))
	if err != nil {
		return Nothing, fail(codeAWS, "parse", a[0], "$parse: %s", err.Error())
	}
	return v, nil
}
