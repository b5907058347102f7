package farm

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// languages compares the languages of SharePoint across the farm: a language pack is installed on every Web
// server or on none, and a server that lacks one shows its sites in no language at all.
func (j *judge) languages() {
	all := map[int][]string{} // language -> servers
	var asked []string        // servers whose registry names languages
	for _, s := range j.facts.Servers {
		if len(s.Languages) == 0 {
			continue
		}
		asked = append(asked, s.Server)
		for _, l := range s.Languages {
			all[l] = append(all[l], s.Server)
		}
	}
	var lcids []int
	for l := range all {
		lcids = append(lcids, l)
	}
	slices.Sort(lcids)
	for _, l := range lcids {
		var lack []string
		for _, s := range asked {
			if !slices.Contains(all[l], s) {
				lack = append(lack, s)
			}
		}
		if len(lack) > 0 {
			j.add(SeverityWarning, strings.Join(lack, ", "), fmt.Sprintf("the language %s is installed on %s and not here", languageName(l), strings.Join(all[l], ", ")),
				"install the language pack on every server, or remove it from every server")
		}
	}
}

// languageName shows a locale id of the language packs of 2007 with its name.
func languageName(lcid int) string {
	if name, ok := languageNames[lcid]; ok {
		return strconv.Itoa(lcid) + " (" + name + ")"
	}
	return strconv.Itoa(lcid)
}

// languageNames are the languages SharePoint 2007 was sold in (MS-LCID).
var languageNames = map[int]string{
	1025: "Arabic", 1026: "Bulgarian", 1027: "Catalan", 1028: "Chinese, traditional", 1029: "Czech", 1030: "Danish", 1031: "German",
	1032: "Greek", 1033: "English", 1035: "Finnish", 1036: "French", 1037: "Hebrew", 1038: "Hungarian", 1040: "Italian",
	1041: "Japanese", 1042: "Korean", 1043: "Dutch", 1044: "Norwegian", 1045: "Polish", 1046: "Portuguese, Brazil", 1048: "Romanian",
	1049: "Russian", 1050: "Croatian", 1051: "Slovak", 1053: "Swedish", 1054: "Thai", 1055: "Turkish", 1058: "Ukrainian",
	1060: "Slovenian", 1061: "Estonian", 1062: "Latvian", 1063: "Lithuanian", 1081: "Hindi", 2052: "Chinese, simplified",
	2070: "Portuguese", 2074: "Serbian, Latin", 3082: "Spanish",
}
