package lifetime

import "math"

// evaluation is a function of up to four parameters at one point. Unused
// places are zero.
type evaluation struct {
	value    float64
	gradient [4]float64
	hessian  [4][4]float64
}

// maximum is where maximise ended.
type maximum struct {
	at        [4]float64
	value     float64
	converged bool       // the gradient is nil and the function falls away on all sides
	deviation [4]float64 // standard errors of the logarithms of the parameters, when converged
}

const (
	maxSteps  = 300
	tolerance = 1e-9  // log-likelihood still to be gained
	rounding  = 1e-13 // of the log-likelihood: its sum is no more exact than that
)

// maximise finds the maximum of f over n positive parameters by Newton's method in
// their logarithms: steps are as long as the curvature says, but damped until they gain
// (Levenberg), so that it climbs from anywhere and converges quadratically. It reads no clock
// and draws nothing: the same input takes the same steps.
func maximise(n int, start [4]float64, low, high float64, f func([4]float64) evaluation) maximum {
	at := start
	here := inLogs(n, at, f(at))
	damping := 1e-3
	for range maxSteps {
		step, gain, ok := newtonStep(n, here, damping)
		if !ok {
			damping = math.Max(damping*8, 1e-6)
			continue
		}
		// The gain that the quadratic model promises is what is left to win.
		enough := gain < math.Max(tolerance, rounding*math.Abs(here.value))
		if enough && damping < 1e-6 {
			break
		}
		next := at
		for i := range n {
			next[i] = math.Min(math.Max(at[i]*math.Exp(step[i]), low), high)
		}
		there := f(next)
		if !(there.value > here.value) { // NaN must not pass
			if damping > 1e12 || enough {
				break
			}
			damping = math.Max(damping*8, 1e-6)
			continue
		}
		at, here = next, inLogs(n, next, there)
		damping /= 16
		if damping < 1e-9 {
			damping = 0
		}
	}
	m := maximum{at: at, value: here.value}
	_, gain, definite := newtonStep(n, here, 0)
	m.converged = definite && gain < 1e-6*math.Max(1, 1e-5*math.Abs(here.value))
	if m.converged {
		m.deviation = deviations(n, here.hessian)
	}
	return m
}

// inLogs turns derivatives by parameters into derivatives by their logarithms.
func inLogs(n int, at [4]float64, e evaluation) evaluation {
	for i := range n {
		for j := range n {
			e.hessian[i][j] *= at[i] * at[j]
		}
		e.gradient[i] *= at[i]
		e.hessian[i][i] += e.gradient[i]
	}
	return e
}

// longestStep bounds a step in the logarithm of a parameter: far from the
// maximum the quadratic model is not to be trusted.
const longestStep = 1.5

// newtonStep solves (damping*diag - H) step = gradient and returns the gain that
// the quadratic model expects of the full step; not ok when that matrix is
// not positive definite.
func newtonStep(n int, e evaluation, damping float64) (step [4]float64, gain float64, ok bool) {
	var m [4][4]float64
	for i := range n {
		for j := range n {
			m[i][j] = -e.hessian[i][j]
		}
		m[i][i] += damping * (math.Abs(e.hessian[i][i]) + 1)
	}
	l, ok := cholesky(n, m)
	if !ok {
		return step, 0, false
	}
	step = solve(n, l, e.gradient)
	longest := 0.0
	for i := range n {
		gain += step[i] * e.gradient[i] / 2
		longest = math.Max(longest, math.Abs(step[i]))
	}
	if math.IsNaN(gain) {
		return step, 0, false
	}
	if longest > longestStep {
		for i := range n {
			step[i] *= longestStep / longest
		}
	}
	return step, gain, true
}

// cholesky returns the lower triangle l with l*l' = m, if m is positive definite.
func cholesky(n int, m [4][4]float64) (l [4][4]float64, ok bool) {
	for i := range n {
		for j := range i + 1 {
			sum := m[i][j]
			for k := range j {
				sum -= l[i][k] * l[j][k]
			}
			if i != j {
				l[i][j] = sum / l[j][j]
				continue
			}
			if !(sum > 1e-12*math.Abs(m[i][i])) {
				return l, false
			}
			l[i][i] = math.Sqrt(sum)
		}
	}
	return l, true
}

// solve returns x with l*l'*x = b.
func solve(n int, l [4][4]float64, b [4]float64) [4]float64 {
	for i := range n {
		for k := range i {
			b[i] -= l[i][k] * b[k]
		}
		b[i] /= l[i][i]
	}
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			b[i] -= l[k][i] * b[k]
		}
		b[i] /= l[i][i]
	}
	return b
}

// deviations returns the roots of the diagonal of the inverse of -hessian,
// which is positive definite here.
func deviations(n int, hessian [4][4]float64) (out [4]float64) {
	var m [4][4]float64
	for i := range n {
		for j := range n {
			m[i][j] = -hessian[i][j]
		}
	}
	l, _ := cholesky(n, m)
	for i := range n {
		var unit [4]float64
		unit[i] = 1
		out[i] = math.Sqrt(solve(n, l, unit)[i])
	}
	return out
}
