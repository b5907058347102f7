package activities

import (
	"context"
	"strconv"
	"strings"

	"farmhand/internal/farm"
	"farmhand/internal/winhost"
	"farmhand/scripts"
)

// CopiesRequest asks for the packages' files as they lie on one server.
type CopiesRequest struct {
	ServerTarget
	// Release as it concerns the server (farm.Release.For).
	Release      farm.Release      `json:"release"`
	Architecture farm.Architecture `json:"architecture"`
	// Directory holds the files.
	Directory string `json:"directory"`
}

// ReadCopies reads size, hash, mark of a download and signature of the packages' files on one server. It takes
// a while on old disks.
func (a *Activities) ReadCopies(ctx context.Context, r CopiesRequest) ([]farm.PackageCopy, error) {
	h, err := a.host(r.ServerTarget)
	if err != nil {
		return nil, err
	}
	_, stop := keepBeating(ctx, "reading the packages on "+r.Server.Name)
	defer stop()
	copies, err := readCopies(ctx, h, r.Release, r.Architecture, r.Directory)
	return copies, fail(r.Server.Name, farm.StepStagePackages, err)
}

// readCopies reads the files of a release for one architecture in a folder.
func readCopies(ctx context.Context, h *winhost.Host, rel farm.Release, arch farm.Architecture, dir string) ([]farm.PackageCopy, error) {
	var paths []string
	byPath := map[string]string{} // path in lower case -> the package's id
	for _, p := range rel.InstallOrder() {
		if f, ok := p.File(arch); ok {
			path := strings.TrimRight(dir, `\`) + `\` + f.Name
			paths = append(paths, path)
			byPath[strings.ToLower(path)] = p.ID()
		}
	}
	if len(paths) == 0 {
		return nil, nil
	}
	args := []scripts.Arg{{Name: "Paths", Value: strings.Join(paths, "|")}}
	said, err := h.Scripts(ctx, scripts.Call{Script: scripts.FileHash, Args: args}, scripts.Call{Script: scripts.Signature, Args: args})
	if err != nil {
		return nil, err
	}
	files, signed := said[0], said[1]
	signatures := map[string]farm.Signature{}
	for _, r := range signed {
		if r.Kind == "signature" {
			signatures[strings.ToLower(r.Get("path"))] = farm.Signature{Status: r.Get("status"), Signer: r.Get("signer")}
		}
	}
	var copies []farm.PackageCopy
	for _, r := range files {
		if r.Kind != "file" {
			continue
		}
		key := strings.ToLower(r.Get("path"))
		zone, _ := strconv.Atoi(r.Get("zone")) // no zone: not blocked
		size, _ := strconv.ParseInt(r.Get("size"), 10, 64)
		c := farm.PackageCopy{
			KB: byPath[key], Path: r.Get("path"), Exists: r.Bool("exists"), SizeMB: int((size + 1<<20 - 1) >> 20),
			SHA256: r.Get("sha256"), HashError: r.Get("error"), Blocked: zone >= 3, Signature: signatures[key],
		}
		if c.SHA256 == "" {
			c.Algorithm, c.Hash = r.Get("algorithm"), r.Get("hash")
		}
		copies = append(copies, c)
	}
	return copies, nil
}
