package compile

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/events"
	"github.com/senda-dev/senda/internal/check"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/journey"
	"github.com/senda-dev/senda/internal/mail"
	mailcompile "github.com/senda-dev/senda/internal/mail/compile"
	"github.com/senda-dev/senda/internal/mail/liquid"
)

// mails compiles the mails of a journey and says what check needs to know of
// them. A mail is compiled for the brand and the class of the step that sends it.
func (r *reader) mails(j *Journey, found *diag.List) map[string]check.Mail {
	sources := map[string]string{}
	for _, p := range r.Glob(j.Folder+"/*.mjml", j.Folder+"/mails/*.mjml") {
		if name, text := r.File(p); text != nil {
			sources[name] = string(text)
		}
	}
	groups, problems := mailcompile.Group(sources)
	found.Add(problems...)
	senders := r.senders(j)
	schema := r.schema(j)
	j.Mails = map[string]mail.Compiled{}
	known := map[string]check.Mail{}
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		files := groups[name]
		first := slices.Sorted(maps.Keys(files))[0]
		list := senders[name]
		if len(list) == 0 {
			found.Add(UnusedMail.At(diag.Pos{File: first, Line: 1, Col: 1, Width: 1}, "no step of %s sends the mail %s", j.Name(), name).
				Try("send it with email: %s, or take the file away", name))
			known[name] = check.Mail{}
			continue
		}
		for _, s := range list[1:] {
			if s.brand != list[0].brand || s.class != list[0].class {
				found.Add(MixedMail.At(s.at, "the mail %s is sent as %s mail of %s and as %s mail of %s, and its layout and footer can be one only",
					name, list[0].class, list[0].brand, s.class, s.brand).Try("write a second mail"))
			}
		}
		b, ok := r.brand(list[0].brand)
		if !ok {
			known[name] = check.Mail{} // check says so at the brand
			continue
		}
		compiled, problems := mailcompile.Compile(mailcompile.Job{
			Name: name, Files: files, Layouts: r.layouts, Brand: b.Name.Value, Languages: b.Languages,
			Class: list[0].class, Schema: schema,
		})
		found.Add(problems...)
		j.Mails[name] = compiled
		m := check.Mail{Languages: compiled.Languages, Question: compiled.Question != mail.NoQuestion}
		if problems.HasErrors() {
			m.Languages = b.Languages // what is wrong was said once
		}
		for _, v := range compiled.Variants {
			m.Offer = m.Offer || slices.ContainsFunc(v.Uses, func(u string) bool { return u == "offer" || strings.HasPrefix(u, "offer.") })
		}
		known[name] = m
	}
	return known
}

// sender is how a step sends a mail.
type sender struct {
	at    diag.Pos
	brand string
	class senda.Class
}

// senders are the steps that send each mail, those of included parts too.
func (r *reader) senders(j *Journey) map[string][]sender {
	out := map[string][]sender{}
	seen := map[string]bool{}
	var look func(steps []journey.Step)
	look = func(steps []journey.Step) {
		for s := range journey.Walk(steps) {
			switch s := s.(type) {
			case *journey.Include:
				if p := r.house.Catalog.Parts[s.Part.Value]; p != nil && !seen[s.Part.Value] {
					seen[s.Part.Value] = true
					look(p.Steps)
				}
			case *journey.Email:
				x := sender{at: s.Pos, brand: cmp.Or(s.Brand.Value, j.Parsed.Brand.Value)}
				x.class = r.class(x.brand, cmp.Or(s.Purpose.Value, j.Parsed.Purpose.Value))
				out[s.Mail.Value] = append(out[s.Mail.Value], x)
			}
		}
	}
	look(j.Parsed.Steps)
	return out
}

// schema says what the mails of a journey may show: attributes of the person, the fields of
// the entry's event that are not personal, what scores said, and the offers that were
// chosen, the last of them as offer.
func (r *reader) schema(j *Journey) liquid.Schema {
	out := mailcompile.StandardFields()
	person := map[string]liquid.Field{}
	if p := r.house.Catalog.Profile; p != nil {
		for _, a := range p.Attributes {
			person[a.Name.Value] = liquid.Field{Type: valueType(a.Type), Maybe: true, Personal: a.Personal}
		}
	}
	out["person"] = liquid.Field{Type: liquid.GroupType, Fields: person}
	if set := r.house.Catalog.Events; set != nil {
		if c, ok := set.Contract(j.Parsed.Enter.Event.Value); ok {
			out["entry"] = fieldOf(c.Root)
		}
	}
	var slots []string
	for s := range journey.Walk(j.Parsed.Steps) {
		switch s := s.(type) {
		case *journey.Offer:
			slots = append(slots, s.Slot.Value)
			out[s.Name] = r.offerField(s.Slot.Value)
			out["offer"] = r.offerField(slots...)
		case *journey.Score:
			fields := map[string]liquid.Field{}
			for _, m := range r.house.Catalog.Models {
				if m.Name == s.Model.Value {
					for _, f := range m.Fields {
						fields[f.Name] = liquid.Field{Type: valueType(f.Type), Maybe: true}
					}
				}
			}
			out[s.Name] = liquid.Field{Type: liquid.GroupType, Fields: fields}
		}
	}
	return out
}

func valueType(t journey.ValueType) liquid.Type {
	switch t {
	case journey.Bool:
		return liquid.BoolType
	case journey.Number:
		return liquid.NumberType
	case journey.Text:
		return liquid.TextType
	case journey.Date, journey.Instant:
		return liquid.DateType
	default:
		return liquid.AnyType
	}
}

// fieldOf is a field of an event as mails see it; what is personal is not kept.
func fieldOf(f events.Field) liquid.Field {
	out := liquid.Field{Maybe: !f.Required || f.Null}
	switch f.Type {
	case events.Bool:
		out.Type = liquid.BoolType
	case events.Number:
		out.Type = liquid.NumberType
	case events.Text:
		out.Type = liquid.TextType
	case events.Date, events.Instant:
		out.Type = liquid.DateType
	case events.List:
		out.Type = liquid.ListType
		if f.Items != nil {
			items := fieldOf(*f.Items)
			out.Items = &items
		}
	case events.Object:
		out.Type, out.Fields = liquid.GroupType, map[string]liquid.Field{}
		for _, x := range f.Fields {
			if !x.Personal {
				out.Fields[x.Name] = fieldOf(x)
			}
		}
	default:
		out.Type = liquid.AnyType
	}
	return out
}
