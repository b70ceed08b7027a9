package jsonata

import (
	"fmt"
	"testing"
)

// What a mold makes is what Object makes, and one object does not see another's
// values.
func TestMold(t *testing.T) {
	for n := range 20 {
		var members []Member
		for i := range n {
			members = append(members, Member{fmt.Sprint("k", i), Number(float64(i))})
		}
		open := append([]Member(nil), members...)
		for i := 0; i < n; i += 2 {
			open[i].Value = Nothing
		}
		mold := NewMold(open)
		var made [2]Value
		for j := range made {
			c := mold.Cast()
			for i := 0; i < n; i += 2 {
				c.Fill(i, Array(Number(float64(j))))
			}
			made[j] = c.Value()
		}
		for j, v := range made {
			want := append([]Member(nil), members...)
			for i := 0; i < n; i += 2 {
				want[i].Value = Array(Number(float64(j)))
			}
			if w := Object(want...); v.String() != w.String() || !v.Equal(w) || v.depth() != w.depth() {
				t.Errorf("%d members: %s, want %s", n, v, w)
			}
			if n > 0 && v.Get(fmt.Sprint("k", n-1)).Kind() == KindNothing {
				t.Errorf("%d members: the last is not found", n)
			}
		}
	}
}
