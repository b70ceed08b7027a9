package compile

import (
	"strings"

	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/mail"
	"github.com/senda-dev/senda/internal/mail/liquid"
)

// legal asks for what the law asks for: a marketing mail lets people out and names
// who sends it, whatever conditions come true; a service mail sells nothing.
func (c *one) legal(tree []node, used map[string]bool) {
	always := map[string]bool{}
	unconditional(tree, always)
	needs := []struct{ path, what string }{
		{"links.withdraw", "the withdraw link"}, {"brand.controller", "the name of the sender"}, {"brand.post", "the post address of the sender"},
	}
	if c.job.Class == mail.Marketing {
		for _, n := range needs {
			if always[n.path] {
				continue
			}
			message := "this marketing mail goes out without " + n.what
			if used[n.path] {
				message = "this marketing mail may go out without " + n.what + ": it stands inside a condition"
			}
			c.add(c.src.start(), 3, diag.NoWithdraw, message, "put {{ "+n.path+" }} into the layout, outside any if")
		}
	}
	if c.job.Class == mail.Marketing || c.job.Class == "" {
		return
	}
	for path := range used {
		if root, _, _ := strings.Cut(path, "."); c.job.Schema[root].Offer {
			c.add(c.src.start(), 3, diag.OfferShown, "this "+string(c.job.Class)+" mail shows an offer", "offers belong into marketing mails, under consent")
			return
		}
	}
}

// unconditional gathers the paths that are shown whatever conditions come true.
func unconditional(nodes []node, out map[string]bool) {
	for _, n := range nodes {
		switch n := n.(type) {
		case *element:
			for _, a := range n.attrs {
				for _, v := range a.value {
					shown(v, out)
				}
			}
			unconditional(n.kids, out)
		case *value:
			shown(n.tag, out)
		}
	}
}

func shown(n liquid.Node, out map[string]bool) {
	if o, ok := n.(*liquid.Output); ok {
		e := o.Expr
		for {
			f, ok := e.(*liquid.Filter)
			if !ok {
				break
			}
			e = f.X
		}
		out[liquid.Show(e)] = true
	}
}
