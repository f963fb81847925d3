#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <string>

#include "support/sandbox.hpp"

namespace {

/// The state of a process that the programs it runs inherit.
class ProcessState {
 public:
  ProcessState() : mask_(::umask(0)) {
    ::umask(mask_);
    for (char** variable = environ; *variable != nullptr; ++variable) {
      const std::string text = *variable;
      const std::size_t equals = text.find('=');
      environment_[text.substr(0, equals)] = text.substr(equals + 1);
    }
  }

  void restore() const {
    std::filesystem::current_path(directory_);
    ::umask(mask_);
    ::clearenv();
    for (const auto& [name, value] : environment_) ::setenv(name.c_str(), value.c_str(), 1);
  }

 private:
  std::map<std::string, std::string> environment_;
  std::filesystem::path directory_ = std::filesystem::current_path();
  mode_t mask_;
};

/// All tests are one process, but no test sees the pins, interfaces, environment or directory of
/// another.
class TestsApart : public testing::EmptyTestEventListener {
  void OnTestStart(const testing::TestInfo& /*test*/) override {
    if (mapctl::test::enter_sandbox()) return;
    std::perror("cannot enter namespaces of our own");
    std::exit(EXIT_FAILURE);
  }
  void OnTestEnd(const testing::TestInfo& test) override {
    state_.restore();
    // Output formats other than the default do not report skipped tests.
    if (test.result()->Skipped())
      std::printf("[  SKIPPED ] %s.%s\n", test.test_suite_name(), test.name());
  }

  const ProcessState state_;
};

/// This exit code tells ctest that tests were skipped. GoogleTest itself exits with 0.
constexpr int skipped = 77;

int run_all_tests() {
  const int result = RUN_ALL_TESTS();
  const testing::UnitTest& tests = *testing::UnitTest::GetInstance();
  if (result != 0) return result;
  if (tests.test_to_run_count() == 0) {
    std::fprintf(stderr, "no test has such a name\n");
    return EXIT_FAILURE;
  }
  return tests.skipped_test_count() > 0 ? skipped : result;
}

}  // namespace

// Without a sandbox no test runs at all.
int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (testing::GTEST_FLAG(list_tests)) return RUN_ALL_TESTS();
  if (!mapctl::test::enter_sandbox()) {
    std::printf("[  SKIPPED ] no namespaces or bpffs of our own, this needs root (%s)\n",
                std::strerror(errno));
    return skipped;
  }
  testing::UnitTest::GetInstance()->listeners().Append(new TestsApart);
  return run_all_tests();
}
