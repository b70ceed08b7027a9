package senda

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/interfaces/interfacesawscloudwatch"
)

// newDashboard is what a marketer looks at in the morning: who came in, what was mailed and
// what was not, for which reason, and whether the goal was met.
func (s *Senda) newDashboard() {
	day := span(24 * time.Hour)
	search := func(metric string) awscloudwatch.IMetric {
		return awscloudwatch.NewMathExpression(&awscloudwatch.MathExpressionProps{
			Expression:   text(fmt.Sprintf(`SEARCH('Namespace="Senda" MetricName=%q', 'Sum', 86400)`, metric)),
			UsingMetrics: &map[string]awscloudwatch.IMetric{}, Label: text(""), Period: day,
		})
	}
	graph := func(title string, width int, metrics ...awscloudwatch.IMetric) awscloudwatch.IWidget {
		return awscloudwatch.NewGraphWidget(&awscloudwatch.GraphWidgetProps{
			Title: text(title), Width: number(width), Height: number(6), Left: &metrics, Period: day, Statistic: text("Sum"),
			View: awscloudwatch.GraphWidgetView_BAR, LiveData: yes,
		})
	}
	var entered, left []awscloudwatch.IMetric
	for _, j := range slices.Sorted(maps.Keys(s.Journeys)) {
		m := s.Journeys[j].Machine
		entered = append(entered, m.MetricStarted(&awscloudwatch.MetricOptions{Label: text(j), Period: day, Statistic: text("Sum")}))
		left = append(left, m.MetricFailed(&awscloudwatch.MetricOptions{Label: text(j), Period: day, Statistic: text("Sum")}))
	}
	var bounces, complaints []awscloudwatch.IMetric
	for _, b := range slices.Sorted(maps.Keys(s.senders)) {
		for _, set := range []struct {
			class string
			name  *string
		}{{"marketing", s.senders[b].marketing}, {"other", s.senders[b].transactional}} {
			bounces = append(bounces, reputation("Reputation.BounceRate", set.name).With(&awscloudwatch.MetricOptions{Label: text(b + ", " + set.class)}))
			complaints = append(complaints, reputation("Reputation.ComplaintRate", set.name).With(&awscloudwatch.MetricOptions{Label: text(b + ", " + set.class)}))
		}
	}
	var refs []interfacesawscloudwatch.IAlarmRef
	for _, a := range s.alarms.all {
		refs = append(refs, a)
	}
	note := func(markdown string) awscloudwatch.IWidget {
		return awscloudwatch.NewTextWidget(&awscloudwatch.TextWidgetProps{Markdown: text(markdown), Width: number(24), Height: number(2)})
	}
	awscloudwatch.NewDashboard(s.Construct, text("Dashboard"), &awscloudwatch.DashboardProps{
		DefaultInterval: span(28 * 24 * time.Hour),
		Widgets: &[]*[]awscloudwatch.IWidget{
			{note("## Journeys\nPeople a day, those held out too. What a journey earned against the people held out stands in the report, not here.")},
			{graph("Entered", 12, entered...), graph("Reached the goal", 12, search("Goals"))},
			{graph("Mailed", 12, search("MailsSent")), graph("Not mailed, by reason", 12, search("MailsRefused"))},
			{note("## Mail\nAt 5 % of bounces or 0.1 % of complaints the mail service looks into the account.")},
			{graph("Bounces, as a share", 12, bounces...), graph("Complaints, as a share", 12, complaints...)},
			{note("## For engineers\nWhat failed, what was refused by intake, and the alarms.")},
			{graph("Executions that failed", 8, left...), graph("Failures of functions", 8, search("Failures")), graph("Events in quarantine", 8, search("Quarantined"))},
			{awscloudwatch.NewAlarmStatusWidget(&awscloudwatch.AlarmStatusWidgetProps{Title: text("Alarms"), Alarms: &refs, Width: number(24), Height: number(6)})},
		},
	})
}
