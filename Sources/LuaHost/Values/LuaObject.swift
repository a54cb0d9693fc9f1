// Swift objects and values that Lua sees as objects with methods.

import CLua
import CLuaBridge

/// A Swift type whose values are objects in Lua, with the methods of the ``Class`` declared for it.
///
/// One object of a Swift class is one object in Lua, however often it is handed over; a structure is
/// copied each time.
public protocol LuaObject: LuaConvertible {
    /// Bytes outside Lua's heap that the value keeps, so that the collector hurries; 0 when small.
    var nativeBytes: Int { get }
}

extension LuaObject {
    /// Small values need not tell their size.
    public var nativeBytes: Int { 0 }

    /// Pushes the object.
    public func push(onto stack: LuaStack) throws {
        guard let state = stack.owner else { throw LuaError.closed }
        try stack.reserve(6)
        if Self.self is AnyObject.Type {
            let object = self as AnyObject
            let address = Unmanaged.passUnretained(object).toOpaque()
            if nj_push_known_object(stack.raw, address) { return }
            let bound = try state.classes.bound(for: self, dynamicType: type(of: object))
            try bound.prepare(stack)
            let retained = Unmanaged.passRetained(object).toOpaque()
            nj_push_object(stack.raw, retained, bound.id, max(0, nativeBytes), true)
        } else {
            let bound = try state.classes.bound(for: self, dynamicType: Self.self)
            try bound.prepare(stack)
            let retained = Unmanaged.passRetained(ValueBox(self)).toOpaque()
            nj_push_object(stack.raw, retained, bound.id, max(0, nativeBytes), false)
        }
    }
}

/// Gives a structure or enumeration an address.
final class ValueBox<Value>: AnyValueBox {
    let value: Value

    init(_ value: Value) { self.value = value }

    override var anyValue: Any { value }
}

/// A ``ValueBox`` of any type.
class AnyValueBox {
    var anyValue: Any { self }
}

/// Reads the Swift value behind a userdata.
enum ObjectReader {
    /// The value at `index` if it is a `T`; nothing if it is something else or was released.
    static func read<T>(_ raw: OpaquePointer, _ index: Int32, as type: T.Type) -> T? {
        var id: UnsafeMutableRawPointer?
        guard let block = nj_to_object(raw, index, &id), let id, let object = block.pointee.object
        else { return nil }
        let bound = Unmanaged<BoundClass>.fromOpaque(id)
        let instance = Unmanaged<AnyObject>.fromOpaque(object).takeUnretainedValue()
        // The metatable vouches for the declared type, so the usual case needs no dynamic cast.
        switch bound._withUnsafeGuaranteedRef({ $0.storage(of: T.self) }) {
        case .reference: return unsafeBitCast(instance, to: T.self)
        case .boxed: return unsafeDowncast(instance, to: ValueBox<T>.self).value
        case .other: return (instance as? AnyValueBox)?.anyValue as? T ?? instance as? T
        }
    }

    /// The class of the object at `index`, and whether it was released.
    static func boundClass(
        _ raw: OpaquePointer, _ index: Int32
    ) -> (bound: BoundClass, isReleased: Bool)? {
        var id: UnsafeMutableRawPointer?
        guard let block = nj_to_object(raw, index, &id), let id else { return nil }
        let bound = Unmanaged<BoundClass>.fromOpaque(id).takeUnretainedValue()
        return (bound, block.pointee.object == nil)
    }
}
