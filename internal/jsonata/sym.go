package jsonata

// sym is a node while it is being parsed. It has the shape of the reference's
// symbols, because the rules for predicates, grouping and parents work on that
// shape; build.go turns the finished ones into the public tree.
type sym struct {
	typ  symType
	op   string // operator, name, variable or string
	tok  token  // the token that made it
	pos  int    // extent in the source
	end  int
	tail int // end of what belongs to the step alone, without its stages

	lhs, rhs *sym
	items    []*sym     // arguments, array items, block parts, parameters
	pairs    [][2]*sym  // of an object or a grouping
	terms    []sortTerm // of an order-by
	sig      *signature // of a lambda

	// What process finds out; see shape.go.
	steps      []*sym
	predicates []*sym // filters of a node that is not a step
	stages     []*sym // filters and index bindings of a step
	group      *sym
	focus      string
	index      string
	keep       bool // [] was written here
	keepPath   bool // [] was written on a step of this path
	cons       bool
	tuple      bool
	ancestor   *slot
	slot       *slot // of a parent
	seeking    []*slot
}

type sortTerm struct {
	pos, end   int
	descending bool
	by         *sym
}

type symType uint8

const (
	symName symType = iota
	symString
	symNumber
	symValue
	symVariable
	symRegex
	symWildcard
	symDescendant
	symParent
	symBinary
	symNegate
	symArray
	symObject
	symBlock
	symCall
	symPartial
	symHole // the ? of a partial application
	symLambda
	symCondition
	symTransform
	symPath
	symSort
	symBind
	symApply
	symFilter // a stage
	symIndex  // a stage
	symOperator
	symGroup
)
