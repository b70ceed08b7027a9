package archtest

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const module = "github.com/senda-dev/senda"

// room is a package as its sources show it, for every build tag.
type room struct {
	dir   string // relative to the module, "." for the root
	name  string
	files []source // tests too
}

// source is one file of Go.
type source struct {
	path    string // relative to the module
	text    string
	test    bool
	tree    *ast.File
	imports []string
}

// imports of the room's code, tests left out, sorted.
func (r *room) imports() []string {
	all := map[string]bool{}
	for _, f := range r.files {
		if !f.test {
			for _, ip := range f.imports {
				all[ip] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// inner is the room's path in the house, which archtest's own tables use.
func inner(importPath string) (string, bool) {
	if importPath == module {
		return ".", true
	}
	return strings.CutPrefix(importPath, module+"/")
}

// top is the folder of the module.
func top() (string, error) {
	dir, err := os.Getwd()
	return filepath.Dir(filepath.Dir(dir)), err
}

// skipped folders hold what is made or fetched, not written.
func skipped(name string) bool {
	return name == ".git" || name == ".tools" || name == "out" || name == "bin" || name == "node_modules"
}

// files are all files of the tree that people wrote, by their path in it.
var files = sync.OnceValues(func() (map[string][]byte, error) {
	dir, err := top()
	if err != nil {
		return nil, err
	}
	out := map[string][]byte{}
	err = filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && skipped(d.Name()):
			return filepath.SkipDir
		case !d.Type().IsRegular() || d.Name() == ".git": // a file in a linked work tree
			return nil
		}
		rel, err := filepath.Rel(dir, p)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(p)
		if err == nil && !bytes.Contains(text[:min(len(text), 8000)], []byte{0}) {
			out[filepath.ToSlash(rel)] = text
		}
		return err
	})
	return out, err
})

var house = sync.OnceValues(func() (map[string]*room, error) {
	texts, err := files()
	if err != nil {
		return nil, err
	}
	out := map[string]*room{}
	for _, p := range slices.Sorted(maps.Keys(texts)) {
		if filepath.Ext(p) != ".go" || strings.Contains(p, "/testdata/") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), p, texts[p], parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		s := source{path: p, text: string(texts[p]), tree: f, test: strings.HasSuffix(p, "_test.go")}
		for _, im := range f.Imports {
			ip, err := strconv.Unquote(im.Path.Value)
			if err != nil {
				return nil, err
			}
			s.imports = append(s.imports, ip)
		}
		dir := filepath.ToSlash(filepath.Dir(p))
		if out[dir] == nil {
			out[dir] = &room{dir: dir}
		}
		out[dir].files = append(out[dir].files, s)
		if !s.test {
			out[dir].name = f.Name.Name
		}
	}
	return out, nil
})

// rooms are the packages of the house, by their folder; those of tests only are left out.
func rooms(t *testing.T) map[string]*room {
	t.Helper()
	all, err := house()
	if err != nil {
		t.Fatal(err)
	}
	all = maps.Clone(all)
	maps.DeleteFunc(all, func(_ string, r *room) bool { return r.name == "" })
	return all
}

// exists fails a rule about what is no longer there.
func exists(t *testing.T, all map[string]*room, rule, dir string) {
	t.Helper()
	if all[dir] == nil {
		t.Errorf("%s: there is no package %s", rule, dir)
	}
}

// reach is everything that a room imports through the house, with one way to it.
func reach(all map[string]*room, from string) map[string]string {
	seen := map[string]string{}
	var walk func(dir, way string)
	walk = func(dir, way string) {
		if all[dir] == nil {
			return
		}
		for _, ip := range all[dir].imports() {
			if _, ok := seen[ip]; ok {
				continue
			}
			seen[ip] = way + " -> " + ip
			if rel, ok := inner(ip); ok {
				walk(rel, seen[ip])
			}
		}
	}
	walk(from, from)
	return seen
}

// under says whether a path is a folder or stands in it.
func under(p, folder string) bool {
	return folder == "." || p == folder || strings.HasPrefix(p, strings.TrimSuffix(folder, "/")+"/")
}
