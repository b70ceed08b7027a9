package task

import (
	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/jsonata"
)

func (h Head) write(w *writer) {
	w.number("v", float64(h.Version))
	w.value("who", who(h.Person, h.Entry, h.Bundle, h.Pace))
	w.text("step", h.Step)
	if h.N != 1 { // most steps run once
		w.number("n", float64(h.N))
	}
	w.number("seq", float64(h.Seq))
	w.time("at", h.At)
	if len(h.Next) > 0 {
		w.value("next", SpecsValue(h.Next))
	}
	w.optional("end", h.End)
	w.optional("exit", h.Exit)
}

func (r *reader) head() Head {
	h := Head{Version: r.version()}
	h.Person, h.Entry, h.Bundle, h.Pace = r.who()
	h.Step, h.N, h.Seq, h.At = r.text("step"), 1, r.whole("seq", 1), r.time("at")
	if r.v.Get("n").Kind() != jsonata.KindNothing {
		h.N = r.whole("n", 1)
	}
	h.Next, h.End, h.Exit = r.specs("next"), r.optional("end"), r.optional("exit")
	return h
}

// Value is the request as it travels.
func (q FactsRequest) Value() jsonata.Value {
	w := writer{}
	q.write(&w)
	w.list("attributes", q.Attributes)
	w.list("facts", q.Facts)
	w.list("consent", q.Consent)
	w.list("mails", q.Mails)
	w.value("is", texts(q.Is))
	w.with("with", q.With)
	return w.object()
}

// DecodeFacts reads a FactsRequest.
func DecodeFacts(v jsonata.Value) (FactsRequest, error) {
	r := newReader("read a request for facts", v)
	q := FactsRequest{
		Head: r.head(), Attributes: r.list("attributes"), Facts: r.list("facts"), Consent: r.list("consent"),
		Mails: r.list("mails"), Is: r.textMap("is"), With: objectOr(v.Get("with")),
	}
	return q, r.err
}

// Value is the request as it travels.
func (q ScoreRequest) Value() jsonata.Value {
	w := writer{}
	q.write(&w)
	w.text("model", q.Model)
	return w.object()
}

// DecodeScore reads a ScoreRequest.
func DecodeScore(v jsonata.Value) (ScoreRequest, error) {
	r := newReader("read a request for a score", v)
	q := ScoreRequest{Head: r.head(), Model: r.text("model")}
	return q, r.err
}

// Value is the request as it travels.
func (q ChooseRequest) Value() jsonata.Value {
	w := writer{}
	q.write(&w)
	w.text("slot", q.Slot)
	w.list("from", q.From)
	return w.object()
}

// DecodeChoose reads a ChooseRequest.
func DecodeChoose(v jsonata.Value) (ChooseRequest, error) {
	r := newReader("read a request for an offer", v)
	q := ChooseRequest{Head: r.head(), Slot: r.text("slot"), From: r.list("from")}
	return q, r.err
}

// Value is the request as it travels.
func (q SendRequest) Value() jsonata.Value {
	w := writer{}
	q.write(&w)
	w.text("mail", q.Mail)
	w.text("brand", q.Brand)
	w.text("purpose", q.Purpose)
	w.optional("window", q.Window)
	w.optional("expires", q.Expires)
	w.time("reached", q.Reached)
	w.list("offers", q.Offers)
	w.with("with", q.With)
	return w.object()
}

// DecodeSend reads a SendRequest.
func DecodeSend(v jsonata.Value) (SendRequest, error) {
	r := newReader("read a request to send", v)
	q := SendRequest{
		Head: r.head(), Mail: r.text("mail"), Brand: r.text("brand"), Purpose: r.text("purpose"),
		Window: r.optional("window"), Expires: r.optional("expires"), Reached: r.time("reached"),
		Offers: r.list("offers"), With: objectOr(v.Get("with")),
	}
	if q.Reached.After(q.At) {
		r.fail("\"reached\" is later than \"at\"")
	}
	return q, r.err
}

// Value is the request as it travels.
func (q PauseRequest) Value() jsonata.Value {
	w := writer{}
	q.write(&w)
	w.text("op", q.Op)
	w.optional("token", q.Token)
	if q.Op != OpExit {
		w.value("due", DueValue(q.Due))
		w.value("listens", ListensValue(q.Listens))
		w.with("with", q.With)
		w.text("kind", q.Kind)
	}
	return w.object()
}

// DecodePause reads a PauseRequest.
func DecodePause(v jsonata.Value) (PauseRequest, error) {
	r := newReader("read a request to pause", v)
	q := PauseRequest{Head: r.head(), Op: r.text("op"), With: objectOr(v.Get("with"))}
	switch q.Op {
	case OpRegister:
		q.Token = r.text("token")
	case OpExpire:
	case OpExit:
		if q.End == "" {
			r.fail("an exit has no reason in \"end\"")
		}
		return q, r.err
	default:
		r.fail("\"op\" is none of %s, %s and %s", OpRegister, OpExpire, OpExit)
		return q, r.err
	}
	q.Due, q.Listens, q.Kind = r.due("due"), r.listens("listens"), r.text("kind")
	if r.err == nil && q.Kind != senda.PauseWait && q.Kind != senda.PauseAwait && q.Kind != senda.PauseHold {
		r.fail("\"kind\" is none of %s, %s and %s", senda.PauseWait, senda.PauseAwait, senda.PauseHold)
	}
	return q, r.err
}

// Value is the request as it travels.
func (q UpdateRequest) Value() jsonata.Value {
	w := writer{}
	q.write(&w)
	if q.Set != "" {
		w.text("set", q.Set)
		w.value("to", orNull(q.To))
	}
	if q.Emit != "" {
		w.text("emit", q.Emit)
		w.with("data", q.Data)
	}
	return w.object()
}

// DecodeUpdate reads an UpdateRequest.
func DecodeUpdate(v jsonata.Value) (UpdateRequest, error) {
	r := newReader("read a request to update", v)
	q := UpdateRequest{Head: r.head(), Set: r.optional("set"), Emit: r.optional("emit")}
	switch {
	case (q.Set == "") == (q.Emit == ""):
		r.fail("it has either \"set\" or \"emit\"")
	case q.Set != "":
		q.To = orNull(v.Get("to"))
	default:
		q.Data = objectOr(v.Get("data"))
	}
	return q, r.err
}

// Decode reads the request for a function.
func Decode(function string, v jsonata.Value) (Request, error) {
	switch function {
	case Facts:
		return DecodeFacts(v)
	case Score:
		return DecodeScore(v)
	case Choose:
		return DecodeChoose(v)
	case Send:
		return DecodeSend(v)
	case Pause:
		return DecodePause(v)
	case Update:
		return DecodeUpdate(v)
	}
	return nil, senda.Errorf(senda.Invalid, "read a request", "there is no function %q", function)
}

// orNull is what an attribute is set to when an expression has no value.
func orNull(v jsonata.Value) jsonata.Value {
	if v.Kind() == jsonata.KindNothing {
		return jsonata.Null
	}
	return v
}
