package check

import (
	"maps"
	"slices"
	"strconv"

	"github.com/senda-dev/senda/internal/journey"
)

// function is what check knows of a function of JSONata 2.0.6 or of Step
// Functions: how many arguments it takes, of which types, and what it gives.
type function struct {
	least, most int
	args        []journey.ValueType
	result      journey.ValueType
	// chance: it gives another value at every call.
	chance bool
}

func (f function) count() string {
	switch {
	case f.least == 1 && f.most == 1:
		return "one argument"
	case f.least == f.most:
		return strconv.Itoa(f.least) + " arguments"
	}
	return strconv.Itoa(f.least) + " to " + strconv.Itoa(f.most) + " arguments"
}

var functionNames = slices.Sorted(maps.Keys(functions))

func isFunction(name string) bool { _, ok := functions[name]; return ok }

// functions are those that a condition may call. $eval is not among them: Step
// Functions refuses it.
var functions = map[string]function{
	"sum":                {least: 1, most: 1, args: []journey.ValueType{journey.List}, result: journey.Number},
	"count":              {least: 1, most: 1, args: []journey.ValueType{journey.List}, result: journey.Number},
	"max":                {least: 1, most: 1, args: []journey.ValueType{journey.List}, result: journey.Number},
	"min":                {least: 1, most: 1, args: []journey.ValueType{journey.List}, result: journey.Number},
	"average":            {least: 1, most: 1, args: []journey.ValueType{journey.List}, result: journey.Number},
	"string":             {least: 0, most: 2, args: []journey.ValueType{journey.Any, journey.Bool}, result: journey.Text},
	"substring":          {least: 1, most: 3, args: []journey.ValueType{journey.Text, journey.Number, journey.Number}, result: journey.Text},
	"substringBefore":    {least: 1, most: 2, args: []journey.ValueType{journey.Text, journey.Text}, result: journey.Text},
	"substringAfter":     {least: 1, most: 2, args: []journey.ValueType{journey.Text, journey.Text}, result: journey.Text},
	"lowercase":          {least: 0, most: 1, args: []journey.ValueType{journey.Text}, result: journey.Text},
	"uppercase":          {least: 0, most: 1, args: []journey.ValueType{journey.Text}, result: journey.Text},
	"length":             {least: 0, most: 1, args: []journey.ValueType{journey.Text}, result: journey.Number},
	"trim":               {least: 0, most: 1, args: []journey.ValueType{journey.Text}, result: journey.Text},
	"pad":                {least: 1, most: 3, args: []journey.ValueType{journey.Text, journey.Number, journey.Text}, result: journey.Text},
	"match":              {least: 1, most: 3, args: []journey.ValueType{journey.Text, journey.Any, journey.Number}, result: journey.List},
	"contains":           {least: 1, most: 2, args: []journey.ValueType{journey.Text, journey.Any}, result: journey.Bool},
	"replace":            {least: 2, most: 4, args: []journey.ValueType{journey.Text, journey.Any, journey.Any, journey.Number}, result: journey.Text},
	"split":              {least: 1, most: 3, args: []journey.ValueType{journey.Text, journey.Any, journey.Number}, result: journey.List},
	"join":               {least: 1, most: 2, args: []journey.ValueType{journey.List, journey.Text}, result: journey.Text},
	"formatNumber":       {least: 1, most: 3, args: []journey.ValueType{journey.Number, journey.Text, journey.Object}, result: journey.Text},
	"formatBase":         {least: 0, most: 2, args: []journey.ValueType{journey.Number, journey.Number}, result: journey.Text},
	"formatInteger":      {least: 1, most: 2, args: []journey.ValueType{journey.Number, journey.Text}, result: journey.Text},
	"parseInteger":       {least: 1, most: 2, args: []journey.ValueType{journey.Text, journey.Text}, result: journey.Number},
	"number":             {least: 0, most: 1, args: []journey.ValueType{journey.Any}, result: journey.Number},
	"floor":              {least: 0, most: 1, args: []journey.ValueType{journey.Number}, result: journey.Number},
	"ceil":               {least: 0, most: 1, args: []journey.ValueType{journey.Number}, result: journey.Number},
	"round":              {least: 0, most: 2, args: []journey.ValueType{journey.Number, journey.Number}, result: journey.Number},
	"abs":                {least: 0, most: 1, args: []journey.ValueType{journey.Number}, result: journey.Number},
	"sqrt":               {least: 0, most: 1, args: []journey.ValueType{journey.Number}, result: journey.Number},
	"power":              {least: 1, most: 2, args: []journey.ValueType{journey.Number, journey.Number}, result: journey.Number},
	"boolean":            {least: 0, most: 1, args: []journey.ValueType{journey.Any}, result: journey.Bool},
	"not":                {least: 0, most: 1, args: []journey.ValueType{journey.Any}, result: journey.Bool},
	"map":                {least: 2, most: 2, args: []journey.ValueType{journey.List, journey.Any}, result: journey.Any},
	"zip":                {least: 1, most: 99, args: []journey.ValueType{journey.List}, result: journey.Any},
	"filter":             {least: 2, most: 2, args: []journey.ValueType{journey.List, journey.Any}, result: journey.Any},
	"single":             {least: 1, most: 2, args: []journey.ValueType{journey.List, journey.Any}, result: journey.Any},
	"reduce":             {least: 2, most: 3, args: []journey.ValueType{journey.List, journey.Any, journey.Any}, result: journey.Any},
	"sift":               {least: 0, most: 2, args: []journey.ValueType{journey.Object, journey.Any}, result: journey.Object},
	"keys":               {least: 0, most: 1, args: []journey.ValueType{journey.Any}, result: journey.List},
	"lookup":             {least: 1, most: 2, args: []journey.ValueType{journey.Any, journey.Text}, result: journey.Any},
	"append":             {least: 2, most: 2, args: []journey.ValueType{journey.Any, journey.Any}, result: journey.List},
	"exists":             {least: 1, most: 1, args: []journey.ValueType{journey.Any}, result: journey.Bool},
	"spread":             {least: 0, most: 1, args: []journey.ValueType{journey.Any}, result: journey.List},
	"merge":              {least: 1, most: 1, args: []journey.ValueType{journey.List}, result: journey.Object},
	"reverse":            {least: 1, most: 1, args: []journey.ValueType{journey.List}, result: journey.List},
	"each":               {least: 1, most: 2, args: []journey.ValueType{journey.Object, journey.Any}, result: journey.List},
	"error":              {least: 0, most: 1, args: []journey.ValueType{journey.Text}, result: journey.Any},
	"assert":             {least: 1, most: 2, args: []journey.ValueType{journey.Bool, journey.Text}, result: journey.Any},
	"type":               {least: 1, most: 1, args: []journey.ValueType{journey.Any}, result: journey.Text},
	"sort":               {least: 1, most: 2, args: []journey.ValueType{journey.List, journey.Any}, result: journey.List},
	"shuffle":            {least: 1, most: 1, args: []journey.ValueType{journey.List}, result: journey.List, chance: true},
	"distinct":           {least: 1, most: 1, args: []journey.ValueType{journey.Any}, result: journey.Any},
	"base64encode":       {least: 0, most: 1, args: []journey.ValueType{journey.Text}, result: journey.Text},
	"base64decode":       {least: 0, most: 1, args: []journey.ValueType{journey.Text}, result: journey.Text},
	"encodeUrlComponent": {least: 0, most: 1, args: []journey.ValueType{journey.Text}, result: journey.Text},
	"encodeUrl":          {least: 0, most: 1, args: []journey.ValueType{journey.Text}, result: journey.Text},
	"decodeUrlComponent": {least: 0, most: 1, args: []journey.ValueType{journey.Text}, result: journey.Text},
	"decodeUrl":          {least: 0, most: 1, args: []journey.ValueType{journey.Text}, result: journey.Text},
	"toMillis":           {least: 0, most: 2, args: []journey.ValueType{journey.Text, journey.Text}, result: journey.Number},
	"fromMillis":         {least: 0, most: 3, args: []journey.ValueType{journey.Number, journey.Text, journey.Text}, result: journey.Text},
	"clone":              {least: 0, most: 1, args: []journey.ValueType{journey.Any}, result: journey.Object},
	"now":                {least: 0, most: 2, args: []journey.ValueType{journey.Text, journey.Text}, result: journey.Text, chance: true},
	"millis":             {least: 0, most: 0, args: []journey.ValueType{}, result: journey.Number, chance: true},
	"random":             {least: 0, most: 1, args: []journey.ValueType{journey.Number}, result: journey.Number, chance: true},
	"uuid":               {least: 0, most: 0, args: []journey.ValueType{}, result: journey.Text, chance: true},
	"partition":          {least: 2, most: 2, args: []journey.ValueType{journey.List, journey.Number}, result: journey.List},
	"range":              {least: 3, most: 3, args: []journey.ValueType{journey.Number, journey.Number, journey.Number}, result: journey.List},
	"hash":               {least: 2, most: 2, args: []journey.ValueType{journey.Text, journey.Text}, result: journey.Text},
	"parse":              {least: 0, most: 1, args: []journey.ValueType{journey.Text}, result: journey.Any},
}
