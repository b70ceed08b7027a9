package main

import (
	"io/fs"
	"os"

	"github.com/senda-dev/senda/internal/score"
)

// models reads the fitted models beside the journeys.
func (f journeysFlag) models() (*score.Models, error) { return score.LoadModels(dirFS(f.Journeys)) }

func dirFS(dir string) fs.FS { return os.DirFS(dir) }
