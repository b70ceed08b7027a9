package senda

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/interfaces/interfacesawscloudwatch"
)

const day = 24 * time.Hour

// newDashboard is what a marketer looks at in the morning: who came in, what was mailed and
// what was not, for which reason, and how mails were taken.
func (s *Senda) newDashboard() {
	rates := func(metric string) (out []awscloudwatch.IMetric) {
		for _, brand := range slices.Sorted(maps.Keys(s.senders)) {
			x := s.senders[brand]
			out = append(out,
				reputation(metric, x.marketing).With(&awscloudwatch.MetricOptions{Label: text(brand + ", marketing")}),
				reputation(metric, x.transactional).With(&awscloudwatch.MetricOptions{Label: text(brand + ", other mail")}))
		}
		return out
	}
	var refs []interfacesawscloudwatch.IAlarmRef
	for _, a := range s.alarms.all {
		refs = append(refs, a)
	}
	awscloudwatch.NewDashboard(s.Construct, text("Dashboard"), &awscloudwatch.DashboardProps{
		DefaultInterval: span(28 * day),
		Widgets: &[]*[]awscloudwatch.IWidget{
			{note("## Journeys\nPeople a day, those held out too. What a journey earned against the people held out stands in the report, not here.")},
			{graph("Entered, by journey", 12, byName("Entered", "Journey")), graph("Mailed, by journey", 12, byName("MailsSent", "Journey"))},
			{graph("Not mailed, by journey and reason", 12, byName("MailsRefused", "Journey,Reason")), graph("Held out: would have been mailed", 12, byName("WouldHaveBeen", "Journey"))},
			{note("## Mail\nAt 5 % of bounces or 0.1 % of complaints the mail service looks into the account.")},
			{graph("Bounces, as a share of mails", 12, rates("Reputation.BounceRate")...), graph("Complaints, as a share of mails", 12, rates("Reputation.ComplaintRate")...)},
			{note("## For engineers\nWhat failed, what intake refused, and the alarms.")},
			{graph("Executions that failed", 8, byName("ExecutionsFailed", "Journey")), graph("Failures of functions", 8, byName("Failures", "Code,Function")), graph("Events in quarantine", 8, byName("Quarantined", "Reason"))},
			{awscloudwatch.NewAlarmStatusWidget(&awscloudwatch.AlarmStatusWidgetProps{Title: text("Alarms"), Alarms: &refs, Width: number(24), Height: number(6)})},
		},
	})
}

// byName draws a metric of ours, a line for each journey or reason that there is: those of
// tomorrow too, which no template can list.
func byName(metric, dimensions string) awscloudwatch.IMetric {
	return awscloudwatch.NewMathExpression(&awscloudwatch.MathExpressionProps{
		Expression:   text(fmt.Sprintf(`SEARCH('{Senda,%s} MetricName=%q', 'Sum', %d)`, dimensions, metric, int(day.Seconds()))),
		UsingMetrics: &map[string]awscloudwatch.IMetric{}, Label: text(""), Period: span(day),
	})
}

func graph(title string, width int, metrics ...awscloudwatch.IMetric) awscloudwatch.IWidget {
	return awscloudwatch.NewGraphWidget(&awscloudwatch.GraphWidgetProps{
		Title: text(title), Width: number(width), Height: number(6), Left: &metrics, Period: span(day), Statistic: text("Sum"),
		View: awscloudwatch.GraphWidgetView_TIME_SERIES, LiveData: yes, LeftYAxis: &awscloudwatch.YAxisProps{Min: number(0), ShowUnits: no},
	})
}

func note(markdown string) awscloudwatch.IWidget {
	return awscloudwatch.NewTextWidget(&awscloudwatch.TextWidgetProps{Markdown: text(markdown), Width: number(24), Height: number(2)})
}

// newWatch alarms of what the functions themselves count. A query looks at all journeys
// and reasons at once, those of tomorrow too.
func (s *Senda) newWatch() {
	for _, w := range []struct{ id, why, query string }{
		{"Look", "A function asks somebody to look: a journey closed itself for its complaints or bounces, or mails are too large. Its log says which.", `SELECT SUM(Alarms) FROM SCHEMA("Senda", Journey, Why)`},
		{"Failed", "An execution failed, and its entry has ended with it. The log of signal says which.", `SELECT SUM(ExecutionsFailed) FROM SCHEMA("Senda", Journey)`},
		{"Defect", "A function failed for a reason that is a defect of ours. Its log says where.", `SELECT SUM(Failures) FROM SCHEMA("Senda", Code, Function) WHERE Code = 'Internal'`},
	} {
		s.alarms.add(s.Construct, w.id+"Alarm", w.why, awscloudwatch.NewMathExpression(&awscloudwatch.MathExpressionProps{
			Expression: text(w.query), UsingMetrics: &map[string]awscloudwatch.IMetric{}, Period: awscdk.Duration_Minutes(number(5)), Label: text(w.id),
		}), 1, 1)
	}
}
