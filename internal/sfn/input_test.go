package sfn_test

import (
	"net/http"
	"testing"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/sfn"
)

func TestTheInputOfAnExecution(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		want   string
		code   senda.Code
	}{
		"there":       {200, `{"executionArn": "arn:e", "input": "{\"v\": 1}"}`, `{"v": 1}`, ""},
		"gone":        {400, `{"__type": "com.amazonaws.states#ExecutionDoesNotExist"}`, "", senda.NotFound},
		"no name":     {400, `{"__type": "InvalidArn"}`, "", senda.NotFound},
		"too many":    {400, `{"__type": "ThrottlingException"}`, "", senda.Unavailable},
		"not allowed": {400, `{"__type": "AccessDeniedException"}`, "", senda.Internal},
	} {
		x := sfn.NewExecutions(config(func(r *http.Request) (*http.Response, error) {
			if op, in := operation(t, r); op != "DescribeExecution" || in["executionArn"] != "arn:e" {
				t.Errorf("%s: called %s with %v", name, op, in)
			}
			return answer(c.status, c.body), nil
		}))
		if got, err := x.Input(t.Context(), "arn:e"); got != c.want || senda.CodeOf(err) != c.code {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}
