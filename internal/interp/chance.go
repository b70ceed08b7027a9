package interp

import "encoding/hex"

// chance is a SplitMix64 generator: small, seedable with any number, and saved
// as its state (Steele, Lea, Flood: Fast Splittable Pseudorandom Number
// Generators, 2014).
type chance uint64

func (c *chance) next() uint64 {
	*c += 0x9e3779b97f4a7c15
	z := uint64(*c)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// float is uniform in [0, 1).
func (c *chance) float() float64 { return float64(c.next()>>11) / (1 << 53) }

// uuid is a version 4 UUID (RFC 9562).
func (c *chance) uuid() string {
	var b [16]byte
	hi, lo := c.next(), c.next()
	for i := range 8 {
		b[i], b[8+i] = byte(hi>>(8*i)), byte(lo>>(8*i))
	}
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	s := hex.EncodeToString(b[:])
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}
