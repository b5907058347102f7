package main

import (
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

// inventory is the software bill of materials of one program, as CycloneDX 1.6: what Go wrote into the program itself, so
// that it is about this file, and the licenses that were judged. The same program has the same inventory.
func inventory(id identity, p program, on platform, path string, licenses map[string]terms) ([]byte, error) {
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		return nil, err
	}
	body, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(body)
	self := component(cdx.ComponentTypeApplication, p.name, id.version, "pkg:generic/farmhand/"+p.name+"@"+id.version+"?platform="+on.os+"-"+on.arch)
	self.Licenses = licensed("MIT")
	self.Hashes = &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: hex.EncodeToString(sum[:])}}
	self.Properties = &[]cdx.Property{{Name: "farmhand:commit", Value: id.commit}, {Name: "farmhand:platform", Value: on.String()}}

	standard := component(cdx.ComponentTypeLibrary, "std", info.GoVersion, "pkg:golang/std@"+strings.TrimPrefix(info.GoVersion, "go"))
	standard.Licenses = licensed("BSD-3-Clause")
	parts := []cdx.Component{standard}
	for _, dep := range info.Deps {
		if dep.Replace != nil {
			dep = dep.Replace
		}
		of, ok := licenses[dep.Path+"@"+dep.Version]
		if !ok {
			return nil, fmt.Errorf("%s is linked with %s@%s, whose license nobody has looked at", path, dep.Path, dep.Version)
		}
		part := component(cdx.ComponentTypeLibrary, dep.Path, dep.Version, "pkg:golang/"+dep.Path+"@"+strings.ReplaceAll(dep.Version, "+", "%2B"))
		part.Licenses = licensed(of.licenses...)
		if part.Hashes, err = sumOf(dep.Sum); err != nil {
			return nil, fmt.Errorf("%s@%s: %w", dep.Path, dep.Version, err)
		}
		parts = append(parts, part)
	}

	bom := cdx.NewBOM()
	bom.SerialNumber = serial(sum)
	bom.Metadata = &cdx.Metadata{Timestamp: id.at.Format(time.RFC3339), Component: &self}
	bom.Components = &parts
	var out bytes.Buffer
	err = cdx.NewBOMEncoder(&out, cdx.BOMFileFormatJSON).SetPretty(true).SetEscapeHTML(false).EncodeVersion(bom, cdx.SpecVersion1_6)
	return out.Bytes(), err
}

func component(kind cdx.ComponentType, name, version, purl string) cdx.Component {
	return cdx.Component{BOMRef: purl, Type: kind, Name: name, Version: version, PackageURL: purl}
}

// licensed is nil where a module states no license.
func licensed(ids ...string) *cdx.Licenses {
	if len(ids) == 0 {
		return nil
	}
	var out cdx.Licenses
	for _, id := range ids {
		out = append(out, cdx.LicenseChoice{License: &cdx.License{ID: id}})
	}
	return &out
}

// sumOf is a module's sum of go.sum, in hex as every inventory of Go modules has it.
func sumOf(sum string) (*[]cdx.Hash, error) {
	if sum == "" {
		return nil, nil
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(sum, "h1:"))
	if err != nil {
		return nil, fmt.Errorf("sum %q: %w", sum, err)
	}
	return &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: hex.EncodeToString(raw)}}, nil
}

// serial makes the number of an inventory from the hash of its program, so that it is the same whenever it is made: a UUID
// of version 8, which leaves its bits to the maker (RFC 9562).
func serial(sum [sha256.Size]byte) string {
	u := sum[:16]
	u[6], u[8] = u[6]&0x0f|0x80, u[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}
