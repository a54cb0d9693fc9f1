import Foundation
import NightjarRuntime
import Testing

@testable import NightjarData

@Suite("Calendar days")
struct CalendarDayTests {
    @Test(
        "print as ISO 8601",
        arguments: [
            (0, "1970-01-01"), (-1, "1969-12-31"), (86_399, "1970-01-01"), (86_400, "1970-01-02"),
            (951_782_400, "2000-02-29"), (951_868_800, "2000-03-01"), (4_107_542_399, "2100-02-28"),
            (4_107_542_400, "2100-03-01"), (-62_135_596_801, "0000-12-31"),
            (253_402_300_799, "9999-12-31"),
        ])
    func known(_ seconds: Int64, _ day: String) {
        #expect(CalendarDay(secondsSince1970: seconds).description == day)
    }

    @Test("agree with Foundation's Gregorian calendar from 1600 to 2400")
    func foundation() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        var random = RandomStream(seed: 1, "days")
        for _ in 0..<2_000 {
            let seconds = Int64(random.below(25_245_561_600)) - 11_676_096_000
            let date = Date(timeIntervalSince1970: TimeInterval(seconds))
            let parts = calendar.dateComponents([.year, .month, .day], from: date)
            let day = CalendarDay(secondsSince1970: seconds)
            #expect([day.year, day.month, day.day] == [parts.year, parts.month, parts.day])
        }
    }

    @Test("exist for every number", arguments: [Int64.min, .max])
    func extremes(_ seconds: Int64) {
        let day = CalendarDay(secondsSince1970: seconds)
        #expect(1...12 ~= day.month && 1...31 ~= day.day)
    }
}
