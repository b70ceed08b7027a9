package storetest

import (
	"encoding/json"
	"reflect"
	"strconv"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/jsonata"
)

// Records returns one record of each kind with every field set to something.
// A kind without a record here fails the round trip of every adapter.
func Records() []senda.Record {
	return []senda.Record{
		filled[senda.Person](), filled[senda.Identity](), filled[senda.Happening](), filled[senda.Seen](),
		filled[senda.Quarantined](), filled[senda.ConsentHead](), filled[senda.Proof](), filled[senda.Suppression](),
		filled[senda.Entry](), filled[senda.StepRecord](), filled[senda.Claim](), filled[senda.CapLedger](),
		filled[senda.Decision](), filled[senda.Counter](), filled[senda.Posterior](), filled[senda.Execution](),
		filled[senda.Membership](), filled[senda.Deployment](), filled[senda.Release](),
	}
}

// filled makes a T of which no field is zero.
func filled[T senda.Record]() T {
	var r T
	n := 0
	fill(reflect.ValueOf(&r).Elem(), &n)
	return r
}

func fill(v reflect.Value, n *int) {
	*n++
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(start.Add(time.Duration(*n)*time.Second + 123456789)))
		return
	case jsonata.Value:
		v.Set(reflect.ValueOf(jsonata.Object(
			jsonata.Member{Key: "z", Value: jsonata.Number(float64(*n) + 0.1)},
			jsonata.Member{Key: "a", Value: jsonata.Array(jsonata.Null, jsonata.String("\u00f1 <&>"))})))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range 2 {
			k, e := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			fill(k, n)
			fill(e, n)
			v.SetMapIndex(k, e)
		}
	case reflect.String:
		v.SetString("t\u00e9xt-" + strconv.Itoa(*n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Float64:
		v.SetFloat(float64(*n) / 3)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Uint8:
		v.SetUint(uint64(*n % 256))
	default:
		panic("storetest: no filling for a " + v.Type().String())
	}
}

func roundTrip(t *testing.T, s senda.Store) {
	kinds := map[senda.Kind]bool{}
	records := append(Records(), senda.Entry{Person: "bare", ID: "j/x/1"}, senda.Person{ID: "bare"},
		senda.Happening{Person: "bare", Data: jsonata.Null}, senda.StepRecord{Person: "bare"})
	for _, r := range records {
		commit(t, s, senda.Put(r, 0))
		kinds[r.Key().Kind] = true
	}
	for k := senda.KindPerson; k <= senda.KindRelease; k++ {
		if !kinds[k] {
			t.Errorf("no record of kind %d is tried", k)
		}
	}
	for _, r := range records {
		got := get(t, s, r.Key()).Record
		if reflect.TypeOf(got) != reflect.TypeOf(r) {
			t.Errorf("a %T came back as a %T", r, got)
			continue
		}
		want, _ := json.Marshal(r)
		have, _ := json.Marshal(got)
		if string(have) != string(want) {
			t.Errorf("%T:\n put %s\n got %s", r, want, have)
		}
	}
}
