package page

import (
	"bytes"
	"embed"
	"html/template"
	"io/fs"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/demo/report"
)

//go:embed page.tmpl mails.tmpl style.css mails.css mails.js
var files embed.FS

// File is one file of the page, by its path.
type File struct {
	Path string
	Body []byte
}

// Index is the path of the page itself.
const Index = "index.html"

// Make writes the page and the files beside it.
func Make(r *report.Report) ([]File, error) {
	box, err := open(r.Letters)
	if err != nil {
		return nil, err
	}
	t, err := template.New("").Funcs(words).ParseFS(files, "*.tmpl")
	if err != nil {
		return nil, senda.Wrap(senda.Internal, "read the templates of the page", err)
	}
	v, err := see(r, box)
	if err != nil {
		return nil, err
	}
	var index bytes.Buffer
	if err := t.ExecuteTemplate(&index, "page.tmpl", v); err != nil {
		return nil, senda.Wrap(senda.Internal, "write the page", err)
	}
	out := []File{{Index, index.Bytes()}}
	for i, k := range box.Kinds {
		body, err := k.page(t, box, i)
		if err != nil {
			return nil, err
		}
		out = append(out, File{k.Path, body})
	}
	return out, nil
}

// view is the report as the template asks for it.
type view struct {
	*report.Report
	Style    template.CSS
	Box      *outbox
	Steps    []step
	Bars     []refusal
	Months   []month
	Daily    []series
	Persons  []column
	Fewer    int // people with more mails than the last column
	Tenths   []tenth
	Top      string // of the chart of tenths
	Effects  []effect
	Scale    []tick
	Offers   []offer
	Journeys []journey
	Most     int // the highest column of the days that is not cut
	Taking   int // during which people entered
	Silent   string
}

func see(r *report.Report, box *outbox) (*view, error) {
	v := &view{Report: r, Box: box, Steps: funnel(r), Bars: refusals(r), Months: months(r), Daily: daily(r), Tenths: tenths(r), Top: top(r)}
	css, err := fs.ReadFile(files, "style.css")
	if err != nil {
		return nil, senda.Wrap(senda.Internal, "read the style of the page", err)
	}
	v.Style = template.CSS(css) //nolint:gosec // a file of ours
	v.Persons, v.Fewer = persons(r)
	v.Effects, v.Scale = effects(r)
	v.Offers = offers(r)
	v.Journeys = journeys(r)
	v.Most, v.Silent = highest(r), silent(r)
	v.Taking = int(r.Close.Month()-r.Open.Month()) + 12*(r.Close.Year()-r.Open.Year())
	return v, nil
}

// month is a stretch of the axis of days.
type month struct {
	Name string
	Days int
}

func months(r *report.Report) []month {
	var out []month
	for _, d := range r.Days {
		name := d.Date.Format("Jan")
		if n := len(out); n == 0 || out[n-1].Name != name {
			out = append(out, month{Name: name})
		}
		out[len(out)-1].Days++
	}
	return out
}

// until is the day before an instant, as a date.
func until(t time.Time) time.Time { return t.AddDate(0, 0, -1) }
