package lifetime

import "math"

// LogLikelihood returns the log-likelihood of the summaries under p: Fader,
// Hardie, Lee (2005), equation 6, for BG/NBD, and the like for MBG/NBD
// (Batislam et al. 2007). It is -Inf for parameters that are not
// positive. It returns a *SummaryError for a history that cannot be.
func LogLikelihood(k Kind, p Params, summaries []Summary) (float64, error) {
	f, err := newFold(summaries)
	if err != nil {
		return 0, err
	}
	if !(p.R > 0 && p.Alpha > 0 && p.A > 0 && p.B > 0) {
		return math.Inf(-1), nil
	}
	return newPurchaseLikelihood(k, f).at(p).value, nil
}

// purchaseLikelihood is the log-likelihood of folded histories with its
// derivatives. It keeps scratch space, so one goroutine may use it.
//
// With D = ln a - ln(b+x-1) + (r+x) (ln(alpha+T) - ln(alpha+t_x)) a person
// contributes
//
//	ln G(r+x)/G(r) + r ln alpha - (r+x) ln(alpha+T)
//	+ ln B(a, b+x)/B(a, b) + ln(1 + exp D)
//
// where MBG/NBD has x+1 for x in the Beta functions and in D's b+x-1, and
// BG/NBD has no D for x = 0. Every quotient of Gamma functions here is a
// product of x factors, so no special function is needed.
type purchaseLikelihood struct {
	*fold
	kind              Kind
	chances           []float64 // chances[i]: people who could leave more than i times and stayed each time
	logAge, invAge    []float64
	logLast, invLast  []float64
	logOdds, invStays []float64 // by x: ln of oddsBase; 1/(b+x-1) or 1/(b+x)
}

func newPurchaseLikelihood(k Kind, f *fold) *purchaseLikelihood {
	l := &purchaseLikelihood{fold: f, kind: k, chances: f.more}
	if k == MBGNBD {
		l.chances = append([]float64{f.people}, f.more...)
	}
	l.logAge, l.invAge = make([]float64, len(f.ages)), make([]float64, len(f.ages))
	l.logLast, l.invLast = make([]float64, len(f.lasts)), make([]float64, len(f.lasts))
	l.logOdds, l.invStays = make([]float64, len(f.more)+1), make([]float64, len(f.more)+1)
	return l
}

// at evaluates at p; derivatives are with respect to r, alpha, a, b.
func (l *purchaseLikelihood) at(p Params) (out evaluation) {
	l.prepare(p)
	v := 0.0
	var gr, gal, ga, gb float64                  // gradient
	var hrr, hral, hra, hrb, halal, hala float64 // upper triangle of the Hessian
	var halb, haa, hab, hbb float64
	for _, row := range l.rows {
		w, n := row.weight, p.R+float64(row.repeats)
		la, ia := l.logAge[row.age], l.invAge[row.age]
		v -= w * n * la
		gr -= w * la
		gal -= w * n * ia
		hral -= w * ia
		halal += w * n * ia * ia
		if l.kind == BGNBD && row.repeats == 0 {
			continue
		}
		il, is := l.invLast[row.last], l.invStays[row.repeats]
		dr := la - l.logLast[row.last]
		soft, sigma := softplus(l.logOdds[row.repeats] + n*dr)
		v += w * soft
		dal, da, db := n*(ia-il), 1/p.A, -is
		s, c := w*sigma, w*sigma*(1-sigma)
		gr += s * dr
		gal += s * dal
		ga += s * da
		gb += s * db
		hrr += c * dr * dr
		hral += s*(ia-il) + c*dr*dal
		hra += c * dr * da
		hrb += c * dr * db
		halal += s*n*(il*il-ia*ia) + c*dal*dal
		hala += c * dal * da
		halb += c * dal * db
		haa += (c - s) * da * da
		hab += c * da * db
		hbb += (c + s) * db * db
	}
	v += l.people * p.R * math.Log(p.Alpha)
	gr += l.people * math.Log(p.Alpha)
	gal += l.people * p.R / p.Alpha
	hral += l.people / p.Alpha
	halal -= l.people * p.R / (p.Alpha * p.Alpha)
	for i, w := range l.more { // ln G(r+x)/G(r)
		y := p.R + float64(i)
		v += w * math.Log(y)
		gr += w / y
		hrr -= w / (y * y)
	}
	for i, w := range l.chances { // ln B(a, b+x)/B(a, b)
		y, z := p.B+float64(i), p.A+p.B+float64(i)
		v += w * math.Log(y/z)
		gb += w/y - w/z
		ga -= w / z
		hbb += w/(z*z) - w/(y*y)
		hab += w / (z * z)
		haa += w / (z * z)
	}
	out.value = v
	out.gradient = [4]float64{gr, gal, ga, gb}
	out.hessian = [4][4]float64{
		{hrr, hral, hra, hrb},
		{hral, halal, hala, halb},
		{hra, hala, haa, hab},
		{hrb, halb, hab, hbb},
	}
	return out
}

// prepare fills what is shared between rows.
func (l *purchaseLikelihood) prepare(p Params) {
	for i, t := range l.ages {
		l.logAge[i], l.invAge[i] = math.Log(p.Alpha+t), 1/(p.Alpha+t)
	}
	for i, t := range l.lasts {
		l.logLast[i], l.invLast[i] = math.Log(p.Alpha+t), 1/(p.Alpha+t)
	}
	for x := range l.logOdds {
		if base := p.oddsBase(l.kind, x); base > 0 {
			l.logOdds[x], l.invStays[x] = math.Log(base), base/p.A
		}
	}
}

// softplus returns ln(1+exp d) and its derivative, without overflow.
func softplus(d float64) (value, derivative float64) {
	e := math.Exp(-math.Abs(d))
	if d > 0 {
		return d + math.Log1p(e), 1 / (1 + e)
	}
	return math.Log1p(e), e / (1 + e)
}
