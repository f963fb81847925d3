#pragma once
// The fuzz targets, one for each parser of what others write.

#include <string_view>

namespace mapctl::test {

void fuzz_type(std::string_view input);        ///< types as text
void fuzz_value(std::string_view input);       ///< keys and values as text, of random layouts
void fuzz_expression(std::string_view input);  ///< --where and --sort
void fuzz_plain(std::string_view input);       ///< the input formats, with the encoder behind them
void fuzz_json(std::string_view input);
void fuzz_csv(std::string_view input);
void fuzz_written_csv(std::string_view input);  ///< csv as dump writes it
void fuzz_header(std::string_view input);       ///< the first line of a saved map
void fuzz_packet(std::string_view input);       ///< descriptions of packets
void fuzz_capture(std::string_view input);      ///< pcap and pcapng
void fuzz_btf(std::string_view input);          ///< raw BTF
void fuzz_types(std::string_view input);        ///< BTF that is well formed, but may be hostile
void fuzz_object(std::string_view input);       ///< object files
void fuzz_words(std::string_view input);        ///< lines of a batch, also in bpftool's words

}  // namespace mapctl::test
