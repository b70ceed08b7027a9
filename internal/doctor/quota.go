package doctor

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"time"
)

// slow is how long a mail to everybody may take before somebody should know: what is
// sent in the morning should not arrive at night.
const slow = 4 * time.Hour

// quota says how long it takes to mail everybody once.
func quota(ctx context.Context, people int, stands Deployment, m Mail) Finding {
	const check = "mail rate"
	rate := fmt.Sprintf("%s a second, %s in 24 hours", number(m.PerSecond), number(m.PerDay))
	about := ""
	if people == 0 && stands != nil {
		if n, err := stands.People(ctx); err == nil {
			people, about = n, "about "
		}
	}
	if people == 0 || m.PerSecond <= 0 {
		return ok(check, "%s", rate)
	}
	bySecond := time.Duration(float64(people) / m.PerSecond * float64(time.Second))
	say := fmt.Sprintf("%s: %s%s people take %s", rate, about, number(float64(people)), long(bySecond))
	f := ok(check, "%s", say)
	left := m.PerDay - m.SentToday
	if m.PerDay >= 0 && float64(people) > left {
		days := int(math.Ceil(float64(people) / max(m.PerDay, 1)))
		return ok(check, "%s by the second, and %s by the day", say, inDays(days)).
			warn("ask for a higher quota (Service Quotas, Amazon SES), or let the journey enter people over several days")
	}
	if bySecond > slow {
		return f.warn("ask for a higher sending rate (Service Quotas, Amazon SES), or start early: mail waits for its turn and for quiet hours")
	}
	return f
}

func inDays(n int) string {
	if n == 1 {
		return "1 day"
	}
	return strconv.Itoa(n) + " days"
}

// long spells a time to two units at most, rounded.
func long(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "less than a minute"
	case d < 2*time.Hour:
		return fmt.Sprintf("%.0f min", d.Minutes())
	case d < 48*time.Hour:
		return fmt.Sprintf("%.0f h", d.Hours())
	}
	return fmt.Sprintf("%.0f days", d.Hours()/24)
}

// number spells a count with a comma at each thousand; below zero it has no bound.
func number(n float64) string {
	if n < 0 {
		return "without bound"
	}
	s := strconv.FormatFloat(n, 'f', -1, 64)
	end := len(s)
	for i := range s {
		if s[i] == '.' {
			end = i
			break
		}
	}
	for i := end - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
